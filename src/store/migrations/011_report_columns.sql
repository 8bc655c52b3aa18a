-- What departmental reports count, anew: 100,000 cases are reported on in seconds. Whole numbers stand for ids and for texts
-- that repeat, a segment has one row with all that is counted of it, and what was judged again later is marked when that
-- happens instead of looked for. No patient data.
drop table judged_values, judged_findings, judged_segments, judged_cases;
drop function keep_judged(text);

-- What segments are counted by: one row per combination that occurs. '': not known.
create table judged_groups (
  group_id integer generated always as identity primary key,
  producer text not null,
  producer_version text not null,
  structure text not null,
  modality text not null,
  scanner text not null,
  site text not null,
  sex text not null,
  age_band text not null,
  body_size text not null,
  unique (producer, producer_version, structure, modality, scanner, site, sex, age_band, body_size)
);

create table judged_cases (
  case_key integer generated always as identity primary key,
  case_id text not null unique,
  sop_instance_uid text not null,
  study_instance_uid text not null,
  received_at timestamptz not null,
  decided_at timestamptz not null,
  -- When the next case of the same object was received: until then this verdict is its newest.
  superseded_at timestamptz,
  verdict text not null,
  -- Why it is not assessable; null with any other verdict.
  reason text,
  -- Segments that a better mask was proposed of.
  proposals integer not null
);
create index judged_cases_by_arrival on judged_cases (received_at);
create index judged_cases_of_object on judged_cases (sop_instance_uid);

create table judged_segments (
  case_key integer not null references judged_cases on delete cascade,
  -- Place in the case, from 1; numbers may repeat in a damaged object.
  position integer not null,
  number integer not null,
  -- Of judged_groups, where nothing is ever removed.
  group_id integer not null,
  score smallint,
  verdict text not null,
  -- As of a case.
  reason text,
  -- Name of its first figure.
  figure text,
  -- Evidence whose distribution is watched: the names of NORM_EVIDENCE.
  volume double precision,
  mean_value double precision,
  craniocaudal_extent double precision,
  elongation double precision,
  primary key (case_key, position)
);

create table judged_findings (
  case_key integer not null references judged_cases on delete cascade,
  position integer not null,
  mode text not null,
  severity text not null
);
create index judged_findings_of_case on judged_findings (case_key);

-- Bodies of cases as rows; of the body each row unpacks what it needs once.
create view segments_of_cases as
select id as case_id, position::integer, number, score, segment.verdict,
  case when segment.verdict = 'not-assessable' then coalesce(reasons ->> 0, '') end as reason,
  figures #>> '{0,name}' as figure, evidence, findings,
  left(concat_ws(' ', nullif(trim(object #>> '{producer,manufacturer}'), ''),
    nullif(trim(object #>> '{producer,algorithm}'), '')), 128) as producer,
  left(trim(object #>> '{producer,version}'), 64) as producer_version,
  coalesce(structure, '') as structure, coalesce(source ->> 'modality', '') as modality,
  coalesce(facts ->> 'scanner', '') as scanner, coalesce(facts ->> 'site', '') as site,
  coalesce(facts ->> 'sex', '') as sex, coalesce(facts ->> 'ageBand', '') as age_band,
  coalesce(facts ->> 'bodySize', '') as body_size
from cases,
  lateral (select part.object, part."sourceSeries" as source, part.facts, part.segments
    from jsonb_to_record(body) as part (object jsonb, "sourceSeries" jsonb, facts jsonb, segments jsonb)) as judged,
  rows from (jsonb_to_recordset(segments) as (number integer, structure text, verdict text, score smallint, reasons jsonb,
    figures jsonb, evidence jsonb, findings jsonb)) with ordinality
    as segment (number, structure, verdict, score, reasons, figures, evidence, findings, position);

create function evidence_named(evidence jsonb, name text) returns double precision language sql immutable as $$
  select (jsonb_path_query_first(evidence, '$[*] ? (@.name == $name).value', jsonb_build_object('name', name)) #>> '{}')::float8
$$;

-- Brings the rows of judged cases up to their bodies. One transaction at a time: whoever judges holds the lock of events.
create function keep_judged(text[]) returns void language sql as $$
  delete from judged_cases where case_id = any($1);
  insert into judged_cases (case_id, sop_instance_uid, study_instance_uid, received_at, decided_at, verdict, reason, proposals)
  select id, object ->> 'sopInstanceUid', study_instance_uid, received_at, "decidedAt", verdict,
    case when verdict = 'not-assessable' then coalesce(reasons ->> 0, '') end,
    (select count(*)::integer from jsonb_path_query(correction, '$.segments[*] ? (@.outcome == "proposed")'))
  from cases,
    jsonb_to_record(body) as part (object jsonb, "decidedAt" timestamptz, reasons jsonb, correction jsonb)
  where id = any($1) and verdict is not null and "decidedAt" is not null;
  update judged_cases set superseded_at = next from (
    select case_key, lead(received_at) over (partition by sop_instance_uid order by received_at, case_id) as next
    from judged_cases
    where sop_instance_uid in (select sop_instance_uid from judged_cases where case_id = any($1))) as followed
  where followed.case_key = judged_cases.case_key and superseded_at is distinct from next;
  insert into judged_groups
    (producer, producer_version, structure, modality, scanner, site, sex, age_band, body_size)
  select distinct producer, producer_version, structure, modality, scanner, site, sex, age_band, body_size
  from segments_of_cases where case_id = any($1) on conflict do nothing;
  insert into judged_segments
  select case_key, position, number, group_id, score, segments_of_cases.verdict, segments_of_cases.reason, figure,
    evidence_named(evidence, 'volume'), evidence_named(evidence, 'mean value'),
    evidence_named(evidence, 'craniocaudal extent'), evidence_named(evidence, 'elongation')
  from segments_of_cases join judged_cases using (case_id) join judged_groups
    using (producer, producer_version, structure, modality, scanner, site, sex, age_band, body_size)
  where case_id = any($1);
  insert into judged_findings
  select case_key, position, mode, severity
  from segments_of_cases join judged_cases using (case_id),
    jsonb_to_recordset(findings) as finding (mode text, severity text)
  where case_id = any($1);
$$;

select keep_judged(array(select id from cases where verdict is not null));
