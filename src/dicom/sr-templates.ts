/** Loads the report templates from their folder. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { PlumblineError } from '../errors.ts'
import { CodeDictionary } from './sr-codes.ts'
import { ReportModel, ReviewModel } from './sr-model.ts'
import { parseTemplate, type TemplateNode } from './sr-template.ts'

export interface Templates {
  readonly dictionary: CodeDictionary
  readonly verdictReport: TemplateNode
  readonly textReport: TemplateNode
  /** What readers said, item by item: added to the verdict report. */
  readonly reviewItems: TemplateNode
}

/** Reads `codes.json` and the templates. Throws PlumblineError('bad-config') when one of them does not check. */
export function loadTemplates(directory: string): Templates {
  const dictionary = CodeDictionary.safeParse(JSON.parse(read(directory, 'codes.json')))
  if (!dictionary.success) {
    throw new PlumblineError('bad-config', `dicom-templates/codes.json: ${z.prettifyError(dictionary.error)}`)
  }
  const template = (name: string, model: z.ZodObject) =>
    parseTemplate(read(directory, name), dictionary.data, model)
  return {
    dictionary: dictionary.data,
    verdictReport: template('verdict-sr.yaml', ReportModel),
    textReport: template('text-sr.yaml', ReportModel),
    reviewItems: template('review-items.yaml', ReviewModel),
  }
}

function read(directory: string, name: string): string {
  try {
    return readFileSync(join(directory, name), 'utf8')
  } catch (cause) {
    throw new PlumblineError('bad-config', `The template ${name} cannot be read.`, {
      nextStep: 'Install the folder dicom-templates beside the program.',
      cause,
    })
  }
}
