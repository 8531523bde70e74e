import {_t} from "@web/core/l10n/translation";
import {formatInteger} from "@web/views/fields/formatters";
import {KanbanHeader} from "@web/views/kanban/kanban_header";
import {KanbanRenderer} from "@web/views/kanban/kanban_renderer";
import {AnimatedNumber} from "@web/views/view_components/animated_number";
import {ColumnProgress} from "@web/views/view_components/column_progress";

const COUNTED = 1000; // Cards of a column are counted as far as this on the server

/**
 * A count of cards as people read it: "1,000+" where it goes on beyond.
 *
 * @param {Number} count
 * @returns {String}
 */
function cardsInWords(count) {
    return count === COUNTED + 1
        ? `${formatInteger(COUNTED)}+`
        : formatInteger(Math.round(count));
}

class CardCount extends AnimatedNumber {
    format(value) {
        return cardsInWords(value);
    }
}

class BoardProgress extends ColumnProgress {
    static template = "sms_inbox.BoardProgress";
    static components = {...ColumnProgress.components, AnimatedNumber: CardCount};

    words(bar) {
        return `${cardsInWords(bar.count)} ${bar.string}`;
    }
}

class BoardHeader extends KanbanHeader {
    static template = "sms_inbox.BoardHeader";
    static components = {...KanbanHeader.components, ColumnProgress: BoardProgress};

    get count() {
        return cardsInWords(this.group.count);
    }

    get countHelp() {
        return this.group.serverValue === "needs_reply"
            ? _t(
                  "All cards are counted, also those probably done, which the inbox does not count as waiting on us."
              )
            : undefined;
    }
}

/** The board with counts of cards that say where they end. */
export class BoardRenderer extends KanbanRenderer {
    static components = {...KanbanRenderer.components, KanbanHeader: BoardHeader};
}
