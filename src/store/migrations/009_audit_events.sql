-- What happened, in order, each event chained to the one before by digest (src/audit/chain.ts). No patient data. Rows are
-- added and never changed; the database itself refuses, to everybody who may not alter its tables.
create table audit_events (
  sequence bigint primary key check (sequence > 0),
  -- Digest of the event before, and of this one with it.
  previous text not null check (previous ~ '^[0-9a-f]{64}$'),
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  -- Canonical JSON, as it was digested: text, because jsonb would write it anew.
  body text not null,
  kind text not null generated always as (body::jsonb ->> 'kind') stored,
  case_id text generated always as (body::jsonb ->> 'caseId') stored,
  -- ISO 8601 in UTC with milliseconds: sorts as it is.
  at text collate "C" not null generated always as (body::jsonb ->> 'at') stored
);
create index audit_events_of_case on audit_events (case_id, sequence) where case_id is not null;
create index audit_events_of_kind on audit_events (kind, sequence) where kind in ('configured', 'log-pruned');
create index audit_events_by_time on audit_events (at, sequence);

create function audit_events_are_kept() returns trigger language plpgsql as $$
begin
  -- The end of retention: only what is older than six months, and only behind a checkpoint that the chain goes on from.
  if tg_op = 'DELETE' then
    if old.at < to_char((now() - interval '6 months') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
      and exists (select 1 from audit_events where kind = 'log-pruned'
        and (body::jsonb ->> 'through')::bigint >= old.sequence) then
      return old;
    end if;
  end if;
  raise exception 'events of the audit log are kept: % is refused', tg_op using errcode = 'insufficient_privilege';
end $$;
create trigger audit_events_no_change before update or delete on audit_events
  for each row execute function audit_events_are_kept();
create trigger audit_events_no_truncate before truncate on audit_events
  for each statement execute function audit_events_are_kept();

-- What judgements were made from (domain/judgement-inputs.ts), so that they can be made again, by the digest in the log.
create table judgement_inputs (
  sha256 text primary key,
  body text not null
);
