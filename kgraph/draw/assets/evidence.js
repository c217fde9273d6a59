// Formats evidence as text, for the pages of `kgraph view` and of `kgraph atlas` alike.

/** A probability; nothing that was estimated is certain, so none is rounded up to 100 %. */
export const percent = (probability) => (probability > 0.99 ? "over 99 %" : `${Math.round(100 * probability)} %`);

/** A whole number with its thousands set apart; not by `toLocaleString`, whose tables are 1 MB of memory. */
export const grouped = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, ",");

/** "1 episode", "1,204 episodes". */
export const times = (count, one, many = `${one}s`) => `${grouped(count)} ${count === 1 ? one : many}`;

export const ASSOCIATION_TOLD = "Association is 0 for chance, 0.33 for at least twice and 0.5 for at least three times as often; few episodes count less.";

export const MAY_BE_CHANCE = "may be chance";

/** Whether an association is more than chance, and not only more often than expected. */
export const isSureAssociation = (association) => association > 0;

/** An association: how surely it is no chance. */
export const associationWords = (association) => (isSureAssociation(association) ? association.toFixed(2) : MAY_BE_CHANCE);

export const NO_QUOTE_OF_BOTH = "No single quote names both: the link rests on the episodes below.";
