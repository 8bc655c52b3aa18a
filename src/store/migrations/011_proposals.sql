-- A report counts the segments that a better mask was proposed of, not the cases in which one was looked for.
create function proposals_in(body jsonb) returns integer language sql immutable as $$
  select count(*)::integer from jsonb_path_query(body, '$.correction.segments[*] ? (@.outcome == "proposed")')
$$;

alter table judged_cases drop column corrected;
alter table judged_cases add column proposals integer not null default 0;
update judged_cases set proposals = proposals_in(body) from cases where id = case_id;

-- As in 010_reports.sql, with the last column of judged_cases.
create or replace function keep_judged(text) returns void language sql as $$
  delete from judged_cases where case_id = $1;
  insert into judged_cases
  select id, body #>> '{object,sopInstanceUid}', study_instance_uid, received_at, (body ->> 'decidedAt')::timestamptz,
    verdict, (body ->> 'score')::smallint, coalesce(body #>> '{reasons,0}', ''),
    left(concat_ws(' ', nullif(trim(body #>> '{object,producer,manufacturer}'), ''),
      nullif(trim(body #>> '{object,producer,algorithm}'), '')), 128),
    left(trim(body #>> '{object,producer,version}'), 64), body #>> '{sourceSeries,modality}',
    body #>> '{facts,scanner}', body #>> '{facts,site}', body #>> '{facts,sex}', body #>> '{facts,ageBand}',
    body #>> '{facts,bodySize}', proposals_in(body)
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
