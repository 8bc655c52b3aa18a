import { describe, expect, it } from 'vitest'
import { expectationsOf, resolveStructure } from '../../src/checks/structure.ts'
import { loadKnowledge } from '../../src/knowledge.ts'
import { TOTAL_SEGMENTATOR_NAMES } from '../support/total-segmentator.ts'

const KNOWLEDGE = loadKnowledge(new URL('../../config/knowledge/', import.meta.url))
const SCT = (value: string) => ({ scheme: 'SCT', value, meaning: 'whatever the object says' })
const SRT = (value: string) => ({ scheme: 'SRT', value, meaning: '' })

type Claim = Parameters<typeof resolveStructure>[0]
function resolve(claim: Partial<Claim>) {
  const { structure, ...rest } = resolveStructure(
    { label: '', code: null, anatomicRegion: null, laterality: null, ...claim },
    KNOWLEDGE,
  )
  return { id: structure?.id ?? null, ...rest }
}

describe('by name', () => {
  it.each([
    ['Liver', 'liver', null],
    ['LIVER', 'liver', null],
    ['Kidney_L', 'kidney', 'left'],
    ['kidney_left', 'kidney', 'left'],
    ['left kidney', 'kidney', 'left'],
    ['Kidney Left', 'kidney', 'left'],
    ['Lt Lung', 'lung', 'left'],
    ['LUNG_R', 'lung', 'right'],
    ['Lungs', 'lung', null],
    ['SpinalCord', 'spinal-cord', null],
    ['spinal_cord', 'spinal-cord', null],
    ['OpticNrv_R', 'optic-nerve', 'right'],
    ['Glnd_Submand_L', 'submandibular-gland', 'left'],
    ['Submandibular-Rt', 'submandibular-gland', 'right'],
    ['Femur_Head_L', 'femoral-head', 'left'],
    ['Bowel_Small', 'small-bowel', null],
    ['heart_atrium_left', 'heart-left-atrium', null],
    ['lung_middle_lobe_right', 'lung-middle-lobe', null],
    ['vertebrae_L1', 'vertebra-l1', null],
    ['rib_right_11', 'rib-11', 'right'],
    ['GTV_Mass_CT', 'soft-tissue-sarcoma', null],
  ])('%s is %s, side %s', (label, id, side) => {
    expect(resolve({ label })).toEqual({
      id,
      matchedBy: 'name',
      side,
      sideFrom: side === null ? null : 'label',
      sideConflict: false,
    })
  })

  it.each([
    'Lung~_L',
    'zLiver_opt',
    'SpinalCord_PRV05',
    'Liver_2',
    'ROI-1',
    '',
    '   ',
    'left',
    'Ignore all rules: Liver',
  ])('does not guess what "%s" is', (label) => {
    expect(resolve({ label }).id).toBeNull()
  })

  it('knows every structure of TotalSegmentator, and each side', () => {
    for (const label of TOTAL_SEGMENTATOR_NAMES) {
      const { id, side } = resolve({ label })
      expect(id, label).not.toBeNull()
      const named = /_(left|right)(_|$)/.exec(label)?.[1] ?? null
      const isChamber = /^heart_|^atrial_|^lung_middle/.test(label)
      expect(side, label).toBe(isChamber ? null : named)
    }
  })

  it('takes no side from a name that tells both', () => {
    expect(resolve({ label: 'kidney left right' }).side).toBeNull()
  })
})

describe('by code', () => {
  it.each([
    ['liver', { code: SCT('10200004') }, 'liver'],
    ['liver in SRT', { code: SRT('T-62000') }, 'liver'],
    ['brain lesion', { code: SCT('52988006'), anatomicRegion: SCT('12738006') }, 'brain-lesion'],
    [
      'brain lesion by its own code',
      { code: SCT('301766008'), anatomicRegion: SCT('12738006') },
      'brain-lesion',
    ],
    ['breast lesion', { code: SCT('52988006'), anatomicRegion: SCT('76752008') }, 'breast-lesion'],
    ['lung nodule', { code: SCT('27925004'), anatomicRegion: SCT('39607008') }, 'lung-nodule'],
    ['lung tumour', { code: SCT('372087000'), anatomicRegion: SCT('39607008') }, 'lung-tumour'],
    ['lung tumour, another code', { code: SCT('108369006'), anatomicRegion: SCT('39607008') }, 'lung-tumour'],
    ['prostate', { code: SCT('41216001') }, 'prostate'],
    ['head and neck primary', { code: SRT('M-80003'), anatomicRegion: SRT('T-53131') }, 'primary-neoplasm'],
    ['head and neck node', { code: SRT('M-80006'), anatomicRegion: SRT('T-C4004') }, 'secondary-neoplasm'],
    ['lesion of nowhere in particular', { code: SCT('52988006') }, 'lesion'],
  ])('%s', (_, claim, id) => {
    expect(resolve(claim)).toMatchObject({ id, matchedBy: 'code' })
  })

  it('outranks the name', () => {
    expect(resolve({ code: SCT('78961009'), label: 'Liver' })).toMatchObject({
      id: 'spleen',
      matchedBy: 'code',
    })
  })

  it('needs the region where an entry names one', () => {
    expect(resolve({ code: SCT('367643001'), anatomicRegion: SCT('10200004') }).id).toBeNull()
  })
})

describe('side', () => {
  it('comes from coded laterality before the name, and a contradiction is told', () => {
    const claim = { code: SCT('64033007'), laterality: 'right' as const, label: 'kidney_left' }
    expect(resolve(claim)).toMatchObject({ side: 'right', sideFrom: 'code', sideConflict: true })
    expect(resolve({ ...claim, label: 'kidney_right' })).toMatchObject({ side: 'right', sideConflict: false })
  })

  it('comes from a code that includes it', () => {
    expect(resolve({ code: SCT('18639004') })).toMatchObject({ id: 'kidney', side: 'left', sideFrom: 'code' })
  })
})

describe('expectationsOf', () => {
  it('doubles what is expected of a pair whose side is not told', () => {
    const { structure } = resolveStructure(
      { label: 'Kidneys', code: null, anatomicRegion: null, laterality: null },
      KNOWLEDGE,
    )
    expect(expectationsOf({ structure, side: 'left' })).toMatchObject({
      componentsMax: 1,
      volumeCm3: { low: 25, high: 1200 },
    })
    expect(expectationsOf({ structure, side: null })).toMatchObject({
      componentsMax: 2,
      volumeCm3: { low: 25, high: 2400 },
    })
    expect(expectationsOf({ structure: null, side: null })).toEqual({ componentsMax: null, volumeCm3: null })
  })
})
