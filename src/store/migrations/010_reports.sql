-- What departmental reports count: one row per judged case, per segment, per finding and per watched value, so that a
-- report reads columns and not the bodies of cases. A case that is judged again gets new ones. No patient data.
create table judged_cases (
  case_id text primary key,
  sop_instance_uid text not null,
  study_instance_uid text not null,
  received_at timestamptz not null,
  decided_at timestamptz not null,
  verdict text not null,
  score smallint,
  reason text not null,
  producer text not null,
  producer_version text not null,
  modality text,
  scanner text,
  site text,
  sex text,
  age_band text,
  body_size text,
  corrected boolean not null
);
create index judged_cases_by_arrival on judged_cases (received_at);

create table judged_segments (
  case_id text not null references judged_cases (case_id) on delete cascade,
  -- Place in the case, from 1; numbers may repeat in a damaged object.
  position integer not null,
  number integer not null,
  structure text,
  verdict text not null,
  score smallint,
  reason text not null,
  -- Name of its first figure.
  figure text,
  primary key (case_id, position)
);

create table judged_findings (
  case_id text not null references judged_cases (case_id) on delete cascade,
  position integer not null,
  mode text not null,
  severity text not null
);
create index judged_findings_of_case on judged_findings (case_id);

-- Evidence whose distribution is watched: the names of NORM_EVIDENCE.
create table judged_values (
  case_id text not null references judged_cases (case_id) on delete cascade,
  position integer not null,
  evidence text not null,
  unit text not null,
  value double precision not null,
  primary key (case_id, position, evidence)
);

-- Brings the rows of one judged case up to its body.
create function keep_judged(text) returns void language sql as $$
  delete from judged_cases where case_id = $1;
  insert into judged_cases
  select id, body #>> '{object,sopInstanceUid}', study_instance_uid, received_at, (body ->> 'decidedAt')::timestamptz,
    verdict, (body ->> 'score')::smallint, coalesce(body #>> '{reasons,0}', ''),
    left(concat_ws(' ', nullif(trim(body #>> '{object,producer,manufacturer}'), ''),
      nullif(trim(body #>> '{object,producer,algorithm}'), '')), 128),
    left(trim(body #>> '{object,producer,version}'), 64), body #>> '{sourceSeries,modality}',
    body #>> '{facts,scanner}', body #>> '{facts,site}', body #>> '{facts,sex}', body #>> '{facts,ageBand}',
    body #>> '{facts,bodySize}', coalesce(jsonb_typeof(body -> 'correction') = 'object', false)
  from cases where id = $1 and verdict is not null and body ->> 'decidedAt' is not null;
  insert into judged_segments
  select case_id, position, (segment ->> 'number')::integer, segment ->> 'structure', segment ->> 'verdict',
    (segment ->> 'score')::smallint, coalesce(segment #>> '{reasons,0}', ''), segment #>> '{figures,0,name}'
  from judged_cases join cases on id = case_id,
    jsonb_array_elements(body -> 'segments') with ordinality as listed (segment, position)
  where case_id = $1;
  insert into judged_findings
  select case_id, position, finding ->> 'mode', finding ->> 'severity'
  from judged_cases join cases on id = case_id,
    jsonb_array_elements(body -> 'segments') with ordinality as listed (segment, position),
    jsonb_array_elements(segment -> 'findings') as found (finding)
  where case_id = $1;
  insert into judged_values
  select case_id, position, item ->> 'name', item ->> 'unit', (item ->> 'value')::double precision
  from judged_cases join cases on id = case_id,
    jsonb_array_elements(body -> 'segments') with ordinality as listed (segment, position),
    jsonb_array_elements(segment -> 'evidence') as measured (item)
  where case_id = $1 and item ->> 'name' in ('volume', 'mean value', 'craniocaudal extent', 'elongation')
  on conflict do nothing;
$$;

select keep_judged(id) from cases where verdict is not null;

-- Calls of language models by day (UTC) and model.
create table model_calls (
  day date not null,
  model text not null,
  outcome text not null,
  calls integer not null,
  input_tokens bigint not null,
  output_tokens bigint not null,
  usd double precision not null,
  -- Of calls whose price is not known.
  unpriced integer not null,
  duration_ms bigint not null,
  duration_ms_max integer not null,
  primary key (day, model, outcome)
);
