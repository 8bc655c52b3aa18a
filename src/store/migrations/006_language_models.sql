-- What language models have cost, by day (UTC): a budget that a restart does not reset.
create table model_spending (
  day date primary key,
  tokens bigint not null,
  usd double precision not null
);

-- Answers of language models by digest of the question. No patient data: none was in the question.
create table model_answers (
  digest text primary key,
  model text not null,
  answer text not null,
  bytes integer not null,
  kept_at timestamptz not null
);
create index model_answers_newest on model_answers (kept_at desc, digest);
