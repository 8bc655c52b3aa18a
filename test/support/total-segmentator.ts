/** Labels 1..117 of TotalSegmentator's `total` task (version 2), in order. */
export const TOTAL_SEGMENTATOR_NAMES: readonly string[] = `
  spleen kidney_right kidney_left gallbladder liver stomach pancreas adrenal_gland_right
  adrenal_gland_left lung_upper_lobe_left lung_lower_lobe_left lung_upper_lobe_right
  lung_middle_lobe_right lung_lower_lobe_right esophagus trachea thyroid_gland small_bowel duodenum
  colon urinary_bladder prostate kidney_cyst_left kidney_cyst_right sacrum vertebrae_S1 vertebrae_L5
  vertebrae_L4 vertebrae_L3 vertebrae_L2 vertebrae_L1 vertebrae_T12 vertebrae_T11 vertebrae_T10
  vertebrae_T9 vertebrae_T8 vertebrae_T7 vertebrae_T6 vertebrae_T5 vertebrae_T4 vertebrae_T3
  vertebrae_T2 vertebrae_T1 vertebrae_C7 vertebrae_C6 vertebrae_C5 vertebrae_C4 vertebrae_C3
  vertebrae_C2 vertebrae_C1 heart aorta pulmonary_vein brachiocephalic_trunk subclavian_artery_right
  subclavian_artery_left common_carotid_artery_right common_carotid_artery_left
  brachiocephalic_vein_left brachiocephalic_vein_right atrial_appendage_left superior_vena_cava
  inferior_vena_cava portal_vein_and_splenic_vein iliac_artery_left iliac_artery_right
  iliac_vena_left iliac_vena_right humerus_left humerus_right scapula_left scapula_right
  clavicula_left clavicula_right femur_left femur_right hip_left hip_right spinal_cord
  gluteus_maximus_left gluteus_maximus_right gluteus_medius_left gluteus_medius_right
  gluteus_minimus_left gluteus_minimus_right autochthon_left autochthon_right iliopsoas_left
  iliopsoas_right brain skull rib_left_1 rib_left_2 rib_left_3 rib_left_4 rib_left_5 rib_left_6
  rib_left_7 rib_left_8 rib_left_9 rib_left_10 rib_left_11 rib_left_12 rib_right_1 rib_right_2
  rib_right_3 rib_right_4 rib_right_5 rib_right_6 rib_right_7 rib_right_8 rib_right_9 rib_right_10
  rib_right_11 rib_right_12 sternum costal_cartilages
`
  .trim()
  .split(/\s+/)

/**
 * Per structure: label without the side its modifier code tells, SCT code (and that of the anatomic region) in
 * TotalSegmentator's own mapping (resources/totalsegmentator_snomed_mapping.csv), and the knowledge entry it means.
 */
export const TOTAL_SEGMENTATOR_CODES: readonly {
  readonly label: string
  readonly code: string
  readonly region: string | null
  readonly id: string
}[] = `
  spleen 78961009 spleen
  kidney 64033007 kidney
  gallbladder 28231008 gallbladder
  liver 10200004 liver
  stomach 69695003 stomach
  pancreas 15776009 pancreas
  adrenal_gland 23451007 adrenal-gland
  lung_upper_lobe 45653009 lung-upper-lobe
  lung_lower_lobe 90572001 lung-lower-lobe
  lung_middle_lobe_right 72481006 lung-middle-lobe
  esophagus 32849002 esophagus
  trachea 44567001 trachea
  thyroid_gland 69748006 thyroid-gland
  small_bowel 30315005 small-bowel
  duodenum 38848004 duodenum
  colon 71854001 colon
  urinary_bladder 89837001 urinary-bladder
  prostate 41216001 prostate
  kidney_cyst 367643001/64033007 kidney-cyst
  sacrum 54735007 sacrum
  vertebrae_S1 65985001 vertebra-s1
  vertebrae_L5 49668003 vertebra-l5
  vertebrae_L4 11994002 vertebra-l4
  vertebrae_L3 36470004 vertebra-l3
  vertebrae_L2 14293000 vertebra-l2
  vertebrae_L1 66794005 vertebra-l1
  vertebrae_T12 23215003 vertebra-t12
  vertebrae_T11 12989004 vertebra-t11
  vertebrae_T10 7610001 vertebra-t10
  vertebrae_T9 82687006 vertebra-t9
  vertebrae_T8 11068009 vertebra-t8
  vertebrae_T7 62487009 vertebra-t7
  vertebrae_T6 45296009 vertebra-t6
  vertebrae_T5 56401006 vertebra-t5
  vertebrae_T4 73071006 vertebra-t4
  vertebrae_T3 1626008 vertebra-t3
  vertebrae_T2 53733008 vertebra-t2
  vertebrae_T1 64864005 vertebra-t1
  vertebrae_C7 87391001 vertebra-c7
  vertebrae_C6 36054005 vertebra-c6
  vertebrae_C5 36978003 vertebra-c5
  vertebrae_C4 5329002 vertebra-c4
  vertebrae_C3 113205007 vertebra-c3
  vertebrae_C2 39976000 vertebra-c2
  vertebrae_C1 14806007 vertebra-c1
  heart 80891009 heart
  aorta 15825003 aorta
  pulmonary_vein 122972007 pulmonary-vein
  brachiocephalic_trunk 12691009 brachiocephalic-trunk
  subclavian_artery 29700009 subclavian-artery
  common_carotid_artery 32062004 common-carotid-artery
  brachiocephalic_vein 8887007 brachiocephalic-vein
  atrial_appendage 68786006 atrial-appendage
  superior_vena_cava 48345005 superior-vena-cava
  inferior_vena_cava 64131007 inferior-vena-cava
  portal_vein_and_splenic_vein 110765007 portal-splenic-vein
  iliac_artery 73634005 iliac-artery
  iliac_vena 46027005 iliac-vein
  humerus 85050009 humerus
  scapula 79601000 scapula
  clavicula 51299004 clavicle
  femur 71341001 femur
  hip 29836001 hip
  spinal_cord 2748008 spinal-cord
  gluteus_maximus 181674001 gluteus-maximus
  gluteus_medius 78333006 gluteus-medius
  gluteus_minimus 75297007 gluteus-minimus
  autochthon 244849004 back-muscle
  iliopsoas 68455001 psoas
  brain 12738006 brain
  skull 89546000 skull
  rib_1 48535007 rib-1
  rib_2 78247007 rib-2
  rib_3 25888004 rib-3
  rib_4 25523003 rib-4
  rib_5 15339008 rib-5
  rib_6 59558009 rib-6
  rib_7 24915002 rib-7
  rib_8 5953002 rib-8
  rib_9 22565002 rib-9
  rib_10 77644006 rib-10
  rib_11 58830002 rib-11
  rib_12 43993008 rib-12
  sternum 56873002 sternum
  costal_cartilages 50016007 costal-cartilages
`
  .trim()
  .split('\n')
  .map((row) => {
    const [label = '', codes = '', id = ''] = row.trim().split(' ')
    const [code = '', region = null] = codes.split('/')
    return { label, code, region, id }
  })

/** `rib_left_11` as the label of the table above (`rib_11`) and its side. */
export function withoutSide(name: string): { label: string; side: 'left' | 'right' | null } {
  const known = TOTAL_SEGMENTATOR_CODES.some(({ label }) => label === name)
  const side = known ? undefined : /_(left|right)(?=_|$)/.exec(name)?.[1]
  return {
    label: side === undefined ? name : name.replace(`_${side}`, ''),
    side: side === 'left' || side === 'right' ? side : null,
  }
}
