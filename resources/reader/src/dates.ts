/** Dates and times in words, on the reader's own clock: `3 March 2026, 2:15pm`. */

const MONTHS = "January February March April May June July August September October November December".split(
    " ",
);

/** `3 March 2026` in local time. */
export function day(moment: Date): string {
    return `${moment.getDate()} ${MONTHS[moment.getMonth()]} ${moment.getFullYear()}`;
}

/** `3 March 2026, 2:15pm` in local time. */
export function dayAndTime(moment: Date): string {
    const hour = moment.getHours();
    const minutes = String(moment.getMinutes()).padStart(2, "0");
    return `${day(moment)}, ${((hour + 11) % 12) + 1}:${minutes}${hour < 12 ? "am" : "pm"}`;
}
