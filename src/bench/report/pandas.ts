/** What a department would do without this program: export what was judged as CSV, and count it with pandas. */
import { join } from 'node:path'

/** One row per segment, with all that the counts need: the body of each case is unpacked once. */
const EXPORT = `\\copy (
  select id, c.received_at, body ->> 'decidedAt' as decided_at, c.verdict as case_verdict,
    concat_ws(' ', body #>> '{object,producer,manufacturer}', body #>> '{object,producer,algorithm}') as producer,
    body #>> '{object,producer,version}' as version, body #>> '{object,sopInstanceUid}' as object,
    body #>> '{sourceSeries,modality}' as modality, body #>> '{facts,scanner}' as scanner, body #>> '{facts,site}' as site,
    body #>> '{facts,sex}' as sex, body #>> '{facts,ageBand}' as age_band, body #>> '{facts,bodySize}' as body_size,
    s ->> 'structure' as structure, s ->> 'verdict' as verdict, s ->> 'score' as score, s #>> '{reasons,0}' as reason,
    s #>> '{findings,0,mode}' as mode, s #>> '{evidence,0,value}' as volume, s #>> '{evidence,1,value}' as mean_value
  from cases c, jsonb_array_elements(body -> 'segments') as s) to 'FILE' csv header`

/** The counts of a report without its drift charts, its reviews and its forms. argv: CSV, first day of the period. */
const COUNTS = `
import json, sys
import numpy, pandas
rows = pandas.read_csv(sys.argv[1], parse_dates=['received_at', 'decided_at'])
rows = rows.sort_values('received_at')
newest = rows.drop_duplicates('object', keep='last')['id']
rows = rows[rows['id'].isin(newest)]
now = rows[rows['received_at'] >= sys.argv[2]]
before = rows[rows['received_at'] < sys.argv[2]]
cases = now.drop_duplicates('id')
groups = ['producer', 'version', 'structure', 'modality', 'scanner', 'site', 'sex', 'age_band', 'body_size']
counts = {by: now.groupby([by, 'verdict'], dropna=False).size() for by in groups}
days = cases.groupby([cases['received_at'].dt.date, 'case_verdict']).size()
modes = now.groupby('mode')['id'].size()
seconds = (cases['decided_at'] - cases['received_at']).dt.total_seconds().quantile([0.5, 0.9])
bins = []
for key, earlier in before.groupby(['producer', 'structure']):
    later = now[(now['producer'] == key[0]) & (now['structure'] == key[1])]
    for name in ['volume', 'mean_value']:
        cuts = numpy.nanquantile(earlier[name], numpy.linspace(0.1, 0.9, 9))
        bins.append(numpy.bincount(numpy.searchsorted(cuts, later[name].dropna(), side='right'), minlength=10))
rejected = int((cases['case_verdict'] == 'reject').sum())
print(json.dumps({'judged': len(cases), 'segments': len(now), 'rejected': rejected}))
`

export function exportCommand(url: string, folder: string): string[] {
  return ['psql', '-q', '-c', EXPORT.replaceAll('\n', ' ').replace('FILE', csvIn(folder)), url]
}

export function pandasCommand(folder: string, from: string): string[] {
  return ['/usr/bin/python3', '-c', COUNTS, csvIn(folder), from]
}

function csvIn(folder: string): string {
  return join(folder, 'segments.csv')
}
