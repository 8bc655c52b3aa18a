-- Pictures of segments of judged cases, as PNG files. A case that is judged again gets new ones.
create table figures (
  case_id text not null references cases (id),
  -- As the case lists it.
  name text not null,
  png bytea not null,
  primary key (case_id, name)
);
