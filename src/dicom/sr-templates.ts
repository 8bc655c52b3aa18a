/** Loads the report templates from their folder. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { PlumblineError } from '../errors.ts'
import { CodeDictionary } from './sr-codes.ts'
import { ReportModel } from './sr-model.ts'
import { parseTemplate, type TemplateNode } from './sr-template.ts'

export interface Templates {
  readonly dictionary: CodeDictionary
  readonly verdictReport: TemplateNode
  readonly textReport: TemplateNode
}

/** Reads `codes.json` and the templates. Throws PlumblineError('bad-config') when one of them does not check. */
export function loadTemplates(directory: string): Templates {
  const dictionary = CodeDictionary.safeParse(JSON.parse(read(directory, 'codes.json')))
  if (!dictionary.success) {
    throw new PlumblineError('bad-config', `dicom-templates/codes.json: ${z.prettifyError(dictionary.error)}`)
  }
  const template = (name: string) => parseTemplate(read(directory, name), dictionary.data, ReportModel)
  return {
    dictionary: dictionary.data,
    verdictReport: template('verdict-sr.yaml'),
    textReport: template('text-sr.yaml'),
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
