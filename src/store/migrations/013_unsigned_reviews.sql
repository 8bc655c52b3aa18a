-- Sign-offs that will have no signed report, and why: the reviews themselves are kept and counted. Rows are added only.
create table review_unsigned (
  sign_off_id text primary key,
  reason text not null,
  ended_at timestamptz not null
);
create trigger review_unsigned_kept before update or delete on review_unsigned
  for each row execute function refuse_change();
