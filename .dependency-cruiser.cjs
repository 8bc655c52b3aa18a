// The direction of dependencies (ARCHITECTURE.md, "Invariants"). Innermost first:
// domain <- imaging <- checks, target, reasoner <- pipeline <- adapters <- main, cli.
const CORE = '^src/(domain|imaging|checks|target|reasoner|refinement)/'
const ADAPTERS = '(archive|dicomweb|store|queue|intake|compute|api|phantom|inference|report|syslog|viewer|alerts)'

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'domain-imports-only-zod',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: ['^src/domain/', 'node_modules/zod/'] },
    },
    {
      name: 'imaging-imports-only-domain',
      severity: 'error',
      from: { path: '^src/imaging/' },
      to: { pathNot: ['^src/(domain|imaging)/', '^src/errors[.]ts$'] },
    },
    {
      name: 'core-does-no-io',
      comment: 'No file, network, clock or database in what judges.',
      severity: 'error',
      from: { path: CORE },
      to: { pathNot: [CORE, '^src/errors[.]ts$', 'node_modules/zod/'] },
    },
    {
      name: 'pipeline-sees-core-and-ports',
      severity: 'error',
      from: { path: '^src/(pipeline|judging|drawing|opinions|second-objects|pet-beside|correcting)[.]ts$' },
      to: {
        pathNot: [
          CORE,
          '^src/(ports|errors|retrieval|judging|drawing|opinions|slots|second-objects|pet-beside|correcting|dicom/(identifying-values|pet-series|summary))[.]ts$',
        ],
      },
    },
    {
      name: 'codec-does-no-io',
      comment: 'src/dicom turns bytes into domain and back: no network, no knowledge of adapters.',
      severity: 'error',
      from: { path: '^src/dicom/' },
      to: { path: ['^src/(main|cli|worker|config|pipeline)[.]ts$', `^src/${ADAPTERS}/`] },
    },
    {
      name: 'audit-does-no-io',
      comment: 'src/audit turns events into a chain and into messages: no file, network, clock or database.',
      severity: 'error',
      from: { path: '^src/audit/' },
      to: { pathNot: ['^src/(audit|domain)/', 'node_modules/zod/', '^crypto$'] },
    },
    {
      name: 'adapters-do-not-know-each-other',
      severity: 'error',
      from: { path: `^src/${ADAPTERS}/` },
      to: { path: `^src/${ADAPTERS}/`, pathNot: '^src/$1/' },
    },
    {
      name: 'adapters-do-not-know-the-composition',
      severity: 'error',
      from: { path: `^src/${ADAPTERS}/` },
      to: { path: '^src/(main|cli|worker|pipeline|config)[.]ts$' },
    },
    {
      name: 'one-door-to-dcmjs',
      severity: 'error',
      from: { pathNot: '^src/dicom/dictionary[.]ts' },
      to: { path: 'node_modules/dcmjs/' },
    },
    {
      name: 'one-door-to-the-queue',
      severity: 'error',
      from: { pathNot: '^src/queue/' },
      to: { path: 'node_modules/pg-boss/' },
    },
    {
      name: 'one-door-to-language-models',
      severity: 'error',
      from: { pathNot: '^src/inference/' },
      to: { path: 'node_modules/openai/' },
    },
    {
      name: 'one-door-to-onnx-runtime',
      severity: 'error',
      from: { pathNot: '^src/inference/onnx/network[.]ts$' },
      to: { path: 'node_modules/onnxruntime-' },
    },
    {
      name: 'extension-sees-only-domain',
      severity: 'error',
      from: { path: '^ohif-extension/' },
      to: { path: '^src/', pathNot: '^src/domain/' },
    },
    { name: 'no-test-code-in-src', severity: 'error', from: { path: '^src/' }, to: { path: '^test/' } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
}
