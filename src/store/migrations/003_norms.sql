-- What accepted segments measured: the site's own norms are learned from it. One row per object, segment and value,
-- whatever the policy it was judged under. No patient data.
create table norm_values (
  sop_instance_uid text not null,
  segment_number integer not null,
  structure text not null,
  side text not null check (side in ('left', 'right', '')),
  modality text not null,
  evidence text not null,
  unit text not null,
  value double precision not null,
  accepted_at timestamptz not null,
  primary key (sop_instance_uid, segment_number, evidence)
);
create index norm_values_newest on norm_values (modality, structure, side, evidence, unit, accepted_at desc);
