import {_t} from "@web/core/l10n/translation";
import {formatInteger} from "@web/views/fields/formatters";
import {KanbanHeader} from "@web/views/kanban/kanban_header";
import {KanbanRenderer} from "@web/views/kanban/kanban_renderer";
import {AnimatedNumber} from "@web/views/view_components/animated_number";
import {ColumnProgress} from "@web/views/view_components/column_progress";

import {useSnoozeByDrop} from "./snooze_by_drop";

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

/** The board: counts that say where they end, and drops that ask until when. */
export class BoardRenderer extends KanbanRenderer {
    static components = {...KanbanRenderer.components, KanbanHeader: BoardHeader};

    setup() {
        super.setup();
        this.snoozeByDrop = useSnoozeByDrop();
    }

    async sortRecordDrop(recordId, groupId, {parent}) {
        const {list} = this.props;
        const isMeant = parent?.classList.contains("o_kanban_hover");
        if (!isMeant || !this.snoozeByDrop(list, recordId, parent.dataset.id)) {
            return super.sortRecordDrop(...arguments);
        }
        parent.classList.remove("o_kanban_hover");
    }
}
