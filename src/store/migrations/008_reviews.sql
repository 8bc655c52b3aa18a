-- What named persons decided about verdicts. Kept as it was given: rows are added, never changed or removed.
create table reviews (
  sequence bigint generated always as identity unique,
  id text primary key,
  -- Reviews that one reader gave at once: one signature, one report.
  sign_off_id text not null,
  case_id text not null references cases (id),
  -- Null: the whole object.
  segment_number integer,
  reader_id text not null,
  reviewed_at timestamptz not null,
  body jsonb not null
);
create index reviews_of_case on reviews (case_id, sequence);
create index reviews_by_time on reviews (reviewed_at, sequence);
create index reviews_of_sign_off on reviews (sign_off_id);

-- The signed report of a sign-off, once the archive was seen to hold it.
create table review_reports (
  sign_off_id text primary key,
  sop_class_uid text not null,
  series_instance_uid text not null,
  sop_instance_uid text not null,
  signed_at timestamptz not null
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are kept as they were written', tg_table_name;
end $$;
create trigger reviews_kept before update or delete on reviews
  for each row execute function refuse_change();
create trigger review_reports_kept before update or delete on review_reports
  for each row execute function refuse_change();

-- Alerts: one per case and cause, told to the webhook at least once. No patient data.
create table alerts (
  case_id text not null references cases (id),
  cause text not null,
  raised_at timestamptz not null,
  -- Both null: still to be told.
  told_at timestamptz,
  given_up_at timestamptz,
  primary key (case_id, cause)
);
create index alerts_untold on alerts (raised_at) where told_at is null and given_up_at is null;
