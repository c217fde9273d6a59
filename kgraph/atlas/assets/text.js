// Folds text for comparison, and formats days and months.
// Takes plain values, returns plain values; independent of the page.

/** Text without case and accents, as it is compared. */
export const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** The words of a text, folded; letters and digits of any script. */
export const wordsOf = (text) => fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];

/** A share that was counted, in words. */
export const portion = (value) => `${Math.round(100 * value)} %`;

const MILLISECONDS_A_DAY = 86_400_000;

/** What stands for a day that is not known, in days since 1970-01-01. */
export const UNKNOWN_DAY = -(2 ** 31);

/** Days since 1970-01-01 as YYYY-MM-DD; "" when unknown. */
export function isoDay(day) {
  return day === UNKNOWN_DAY ? "" : new Date(day * MILLISECONDS_A_DAY).toISOString().slice(0, 10);
}

/** YYYY-MM-DD, or a month YYYY-MM for its first day, as days since 1970-01-01; null when it is neither. */
export function dayNumber(text) {
  if (!/^\d{4}-\d{2}(-\d{2})?$/.test(text)) return null;
  const at = Date.parse(`${text.length === 7 ? `${text}-01` : text}T00:00:00Z`);
  return Number.isNaN(at) ? null : at / MILLISECONDS_A_DAY;
}

/** The month of a day as a count of months since 1970-01. */
export function monthOf(day) {
  const date = new Date(day * MILLISECONDS_A_DAY);
  return 12 * (date.getUTCFullYear() - 1970) + date.getUTCMonth();
}

/** The first day of a month. */
export const firstDay = (month) => Date.UTC(1970, month, 1) / MILLISECONDS_A_DAY;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "Sep 2025". */
export const monthName = (month) => `${MONTHS[((month % 12) + 12) % 12]} ${1970 + Math.floor(month / 12)}`;
