-- The embedded archive's index: one row per instance, its bytes are a file. Columns are what is searched or sorted by.
create table archive_instances (
  sop_instance_uid text primary key,
  sop_class_uid text not null,
  series_instance_uid text not null,
  study_instance_uid text not null,
  transfer_syntax_uid text not null,
  -- Order of arrival; searches answer the newest first.
  arrival bigint generated always as identity unique,
  stored_at timestamptz not null default now(),
  modality text not null,
  patient_id text not null,
  patient_name text not null,
  accession_number text not null,
  study_id text not null,
  study_date text not null,
  study_time text not null,
  study_description text not null,
  referring_physician_name text not null,
  series_description text not null,
  series_number integer,
  instance_number integer,
  -- DICOM JSON of what searches answer by default, and of the whole header with bulk data by path.
  attributes jsonb not null,
  metadata jsonb not null
);
create index archive_instances_of_series on archive_instances (study_instance_uid, series_instance_uid);
create index archive_instances_by_series on archive_instances (series_instance_uid);
create index archive_instances_by_modality on archive_instances (modality, study_date);
create index archive_instances_by_patient on archive_instances (patient_id);
