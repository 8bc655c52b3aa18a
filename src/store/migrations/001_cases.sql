-- The record of cases. Columns are what is filtered or sorted by; the rest of a case is its body.
create table cases (
  id text primary key,
  study_instance_uid text not null,
  state text not null check (state in
    ('received', 'waiting-for-images', 'queued', 'running', 'publishing', 'done', 'failed')),
  received_at timestamptz not null,
  updated_at timestamptz not null,
  body jsonb not null,
  verdict text generated always as (body ->> 'verdict') stored
);
create index cases_newest on cases (received_at desc, id desc);
create index cases_of_study on cases (study_instance_uid);
create index cases_unfinished on cases (state, updated_at) where state not in ('done', 'failed');

-- What a judged case still has to store in the archive: Part 10 bytes, dropped once published.
create table outbox (
  case_id text not null references cases (id),
  position integer not null,
  study_instance_uid text not null,
  series_instance_uid text not null,
  sop_instance_uid text not null,
  sop_class_uid text not null,
  bytes bytea not null,
  primary key (case_id, position)
);

-- What happened to cases, in order. No patient data.
create table events (
  sequence bigint generated always as identity primary key,
  case_id text not null references cases (id),
  transition text not null,
  state text not null,
  at timestamptz not null
);

-- Intake's memory, e.g. how far the poller has looked.
create table marks (
  name text primary key,
  value text not null
);
