import {useService} from "@web/core/utils/hooks";

const WINDOW = "sms_inbox.sms_inbox_snooze_action";

/**
 * Ask until when, where a card is dropped on the column of what is snoozed. It stays
 * where it was until that is answered.
 *
 * @returns {(list: Object, recordId: string, columnId: string) => boolean} whether it
 *  is such a drop, and nothing else is to be done
 */
export function useSnoozeByDrop() {
    const action = useService("action");
    return (list, recordId, columnId) => {
        const column = list.groups?.find(({id}) => id === columnId);
        const record = list.records.find(({id}) => id === recordId);
        const isSnooze =
            list.groupByField?.name === "stage" && column?.serverValue === "snoozed";
        if (!isSnooze || !record || record.data.stage === "snoozed") {
            return false;
        }
        action.doAction(WINDOW, {
            additionalContext: {active_ids: [record.resId]},
            onClose: () => list.model.load(),
        });
        return true;
    };
}
