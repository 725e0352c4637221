/** A sentence that a person reads, in both languages of the product. A missing translation does not compile. */
export interface Text {
  readonly en: string;
  readonly ja: string;
}

export type Language = keyof Text;
