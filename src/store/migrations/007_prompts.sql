-- What promptable models are told to better rejected segments. A case that is judged again gets new ones.
create table prompts (
  case_id text not null references cases (id),
  segment_number integer not null,
  -- As the API gives them.
  body jsonb not null,
  primary key (case_id, segment_number)
);
