/**
 * Whether a row's key comes before another's, in the order of its view.
 *
 * @param {[string, number]} a
 * @param {[string, number]} b
 * @param {boolean} falling latest first
 * @returns {number} as sorting wants it
 */
export function compareKeys(a, b, falling) {
    const [first, second] = falling ? [b, a] : [a, b];
    if (first[0] !== second[0]) {
        return first[0] < second[0] ? -1 : 1;
    }
    return first[1] - second[1];
}

/**
 * The rows of one view, read page by page. What changes meanwhile is shown at once in
 * the rows that are there; their order, and which rows there are, change only when
 * nobody is pointing at them.
 */
export class RowList {
    constructor(falling = true) {
        this.falling = falling;
        this.known = {}; // id: row
        this.order = []; // ids, as shown
        this.gone = []; // ids of rows that left the view and are still shown
        this.edge = null; // the key that the last page ended with
        this.complete = false;
    }

    get rows() {
        return this.order.map((id) => this.known[id]);
    }

    /** How many rows wait to be shown. */
    get waiting() {
        const shown = new Set(this.order);
        return Object.keys(this.known).filter((id) => !shown.has(Number(id))).length;
    }

    /**
     * @param {Object[]} rows in the order of the view
     * @param {boolean} complete whether these are the last ones
     */
    addPage(rows, complete) {
        const shown = new Set(this.order);
        for (const row of rows) {
            this.known[row.id] = row;
            if (!shown.has(row.id)) {
                this.order.push(row.id);
            }
        }
        this.edge = rows.at(-1)?.key || this.edge;
        this.complete = complete;
    }

    /**
     * Some rows were read again; those that did not come back are not in the view.
     *
     * @param {number[]} ids what was asked for
     * @param {Object[]} rows what came
     */
    update(ids, rows) {
        const found = new Set(rows.map(({id}) => id));
        for (const row of rows) {
            if (row.id in this.known || !this.isBeyond(row)) {
                this.known[row.id] = row;
            }
        }
        this.gone = this.gone.filter((id) => !found.has(id));
        for (const id of ids) {
            if (!found.has(id) && id in this.known && !this.gone.includes(id)) {
                this.gone.push(id);
            }
        }
    }

    /** Rows that no page has reached yet come with theirs. */
    isBeyond(row) {
        return (
            !this.complete &&
            this.edge !== null &&
            compareKeys(row.key, this.edge, this.falling) > 0
        );
    }

    /**
     * Show the rows that there are, in their order.
     *
     * @param {number|false} [kept] the row that is being looked at stays in any case
     */
    settle(kept = false) {
        const left = this.gone.filter((id) => id !== kept);
        const beyond = Object.values(this.known).filter(
            (row) => row.id !== kept && this.isBeyond(row)
        );
        for (const id of [...left, ...beyond.map((row) => row.id)]) {
            delete this.known[id];
        }
        this.gone = this.gone.filter((id) => id === kept);
        this.order = Object.values(this.known)
            .sort((a, b) => compareKeys(a.key, b.key, this.falling))
            .map(({id}) => id);
    }

    /**
     * The row that follows another, for the keyboard.
     *
     * @param {number|false} id
     * @param {1|-1} by
     * @returns {number|undefined}
     */
    neighbour(id, by) {
        const at = this.order.indexOf(id);
        return at === -1 ? this.order[0] : this.order[at + by];
    }
}
