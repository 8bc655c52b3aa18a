-- Where segments of judged cases are wrong, on the planes of their images. A case that is judged again gets new ones.
create table error_masks (
  case_id text not null references cases (id),
  segment_number integer not null,
  -- Finding, kind and planes, each with how many numbers of `runs` are its own.
  errors jsonb not null,
  -- Start, length, start, length ... of all planes, one after the other: 32 bit, low byte first, deflated (zlib).
  runs bytea not null,
  primary key (case_id, segment_number)
);
