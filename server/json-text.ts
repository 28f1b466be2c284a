/** JSON as text: what PostgreSQL has written for the wire already is not read, made into objects and written once more. */

/** A value of an answer, in JSON. Whoever makes one answers for its shape and for how it came to be text. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** For `JSON.stringify`, where one stands deeper than `jsonObject` looks. */
  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}

/** As `JSON.stringify({...})`, where a value may be a JsonText; what is undefined is left out. */
export function jsonObject(fields: Readonly<Record<string, unknown>>): string {
  // Added and not joined: so a long text is copied once, when all of it is written out.
  let members = '';
  for (const name in fields) {
    const value = fields[name];
    const text = value instanceof JsonText ? value.text : JSON.stringify(value);
    if (text !== undefined) members += `${members === '' ? '' : ','}"${name}":${text}`;
  }
  return `{${members}}`;
}
