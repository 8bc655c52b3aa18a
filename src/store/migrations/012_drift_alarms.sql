-- Alarms of the watch over producers (report/watch.ts), each kept and told once however often the watch sees it.
create table drift_alarms (
  id text primary key,
  producer text not null,
  structure text not null,
  -- When it was raised and when the change probably began, as the watch first said.
  day date not null,
  since date not null,
  raised_at timestamptz not null,
  -- The watch no longer sees it.
  ended_at timestamptz,
  -- Both null: still to be told.
  told_at timestamptz,
  given_up_at timestamptz
);
create unique index drift_alarms_open on drift_alarms (producer, structure) where ended_at is null;
