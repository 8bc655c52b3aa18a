import { describe, expect, it } from 'vitest'
import { expectationsOf, resolveStructure } from '../../src/checks/structure.ts'
import { loadKnowledge } from '../../src/knowledge.ts'
import {
  TOTAL_SEGMENTATOR_CODES,
  TOTAL_SEGMENTATOR_NAMES,
  withoutSide,
} from '../support/total-segmentator.ts'

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

  it.each([
    // Head and neck
    ['BrainStem', 'brainstem', null],
    ['Parotid_L', 'parotid-gland', 'left'],
    ['Parotids', 'parotid-gland', null],
    ['Glnd_Submand_R', 'submandibular-gland', 'right'],
    ['Cochlea_L', 'cochlea', 'left'],
    ['OpticNrv_L', 'optic-nerve', 'left'],
    ['OpticChiasm', 'optic-chiasm', null],
    ['Lens_L', 'lens', 'left'],
    ['Eye_R', 'eye', 'right'],
    ['Eyes', 'eye', null],
    ['Retina_L', 'retina', 'left'],
    ['Larynx', 'larynx', null],
    ['Larynx_SG', 'supraglottic-larynx', null],
    ['Bone_Mandible', 'mandible', null],
    ['Cavity_Oral', 'oral-cavity', null],
    ['Musc_Constrict', 'pharyngeal-constrictor', null],
    ['Musc_Constrict_S', 'pharyngeal-constrictor-superior', null],
    ['Cricopharyngeus', 'cricopharyngeus', null],
    ['Thyroid', 'thyroid-gland', null],
    ['Glnd_Thyroid', 'thyroid-gland', null],
    ['Glnd_Lacrimal_L', 'lacrimal-gland', 'left'],
    ['Pituitary', 'pituitary-gland', null],
    ['BrachialPlex_R', 'brachial-plexus', 'right'],
    ['Lobe_Temporal_L', 'temporal-lobe', 'left'],
    ['Hippocampus_L', 'hippocampus', 'left'],
    ['Hippocampi', 'hippocampus', null],
    ['Pons', 'pons', null],
    ['SpinalCanal', 'spinal-canal', null],
    ['Lips', 'lips', null],
    // Thorax
    ['Esophagus', 'esophagus', null],
    ['Lung_L', 'lung', 'left'],
    ['Lung_LUL', 'lung-upper-lobe', 'left'],
    ['Lung_RML', 'lung-middle-lobe', null],
    ['Lung_RLL', 'lung-lower-lobe', 'right'],
    ['Heart', 'heart', null],
    ['A_LAD', 'left-anterior-descending-artery', null],
    ['Atrium_L', 'heart-left-atrium', null],
    ['Ventricle_R', 'heart-right-ventricle', null],
    ['A_Aorta', 'aorta', null],
    ['V_Venacava_S', 'superior-vena-cava', null],
    ['GreatVes', 'great-vessels', null],
    ['Bronchus_Main_L', 'main-bronchus', 'left'],
    ['Chestwall_R', 'chest-wall', 'right'],
    ['Rib01_R', 'rib-1', 'right'],
    ['VB_T01', 'vertebra-t1', null],
    ['VB_L5', 'vertebra-l5', null],
    // Abdomen
    ['Bowel_Bag', 'bowel-bag', null],
    ['Bowel_Large', 'colon', null],
    ['Duodenum', 'duodenum', null],
    ['Stomach', 'stomach', null],
    ['Spleen', 'spleen', null],
    ['Pancreas', 'pancreas', null],
    ['Kidneys', 'kidney', null],
    ['Kidney_Cortex_L', 'renal-cortex', 'left'],
    ['Glnd_Adrenal_R', 'adrenal-gland', 'right'],
    // Pelvis
    ['Bladder', 'urinary-bladder', null],
    ['Rectum', 'rectum', null],
    ['Colon_Sigmoid', 'sigmoid-colon', null],
    ['SigmoidColon', 'sigmoid-colon', null],
    ['Canal_Anal', 'anal-canal', null],
    ['PenileBulb', 'penile-bulb', null],
    ['SeminalVes', 'seminal-vesicle', null],
    ['Prostate', 'prostate', null],
    ['Uterus', 'uterus', null],
    ['UteroCervix', 'uterus', null],
    ['Cervix', 'cervix', null],
    ['Ovary_L', 'ovary', 'left'],
    ['Femur_Heads', 'femoral-head', null],
    ['External', 'body', null],
  ])('TG-263: %s is %s, side %s', (label, id, side) => {
    expect(resolve({ label })).toMatchObject({ id, side })
  })

  it.each([
    ['GTV', 'gross-tumour-volume'],
    ['GTVp', 'gross-tumour-volume'],
    ['GTVn_01', 'gross-tumour-volume'],
    ['gtv t', 'gross-tumour-volume'],
    ['CTVn1_5400', 'clinical-target-volume'],
    ['ITV_Lung_R', 'internal-target-volume'],
    ['PTV_6000', 'planning-target-volume'],
    ['PTVp_High!', 'planning-target-volume'],
    ['PTV-Liver', 'planning-target-volume'],
    ['LN_Neck_II_L', 'lymph-node-region'],
  ])('%s is a target: %s, on no side', (label, id) => {
    expect(resolve({ label })).toMatchObject({ id, matchedBy: 'name', side: null })
  })

  it.each([
    'Kidney_L_PRV03',
    'PRV_SpinalCord',
    'OpticNrv_PRV03_L',
    'Brainstem_PRV',
    'zPTV_opt',
    '_PTV_opt',
    '_Liver',
    'Lungs-GTV',
    'PTV~',
    'Liver-PTV',
    'Bladder_Wall',
    'Eye_AL',
    'LNeck',
    'Ring_2cm',
  ])('%s is not the organ', (label) => {
    expect(resolve({ label }).id).toBeNull()
  })

  it.each(TOTAL_SEGMENTATOR_NAMES.map((name) => ({ name, ...withoutSide(name) })))(
    'TotalSegmentator: $name by name and by code',
    ({ name, label, side }) => {
      const row = TOTAL_SEGMENTATOR_CODES.find((candidate) => candidate.label === label)
      const byName = resolve({ label: name })
      const byCode = resolve({
        code: SCT(row?.code ?? ''),
        anatomicRegion: row?.region == null ? null : SCT(row.region),
        laterality: side,
      })
      expect(byName).toMatchObject({ id: row?.id, matchedBy: 'name' })
      expect(byCode).toMatchObject({ id: row?.id, matchedBy: 'code', side })
      // The left atrial appendage is no half of a pair.
      expect(byName.side).toBe(label === 'atrial_appendage' ? null : side)
    },
  )

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
    ['planning target volume', { code: SCT('228793007') }, 'planning-target-volume'],
    ['nodal target, DICOM code', { code: { ...SCT('130049'), scheme: 'DCM' } }, 'clinical-target-volume'],
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
