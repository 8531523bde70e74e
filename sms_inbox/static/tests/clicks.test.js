import {describe, expect, test} from "@odoo/hoot";

import {clicksOf, withFewClicks} from "@sms_inbox/../tests/clicks";

describe.current.tags("headless");

const steps = (...runs) => runs.map((run) => ({trigger: "body", run}));

test("what is typed or looked at is no click, and all else is", () => {
    expect(clicksOf(steps("edit Ada", "press Enter", undefined, "hover"))).toBe(0);
    expect(clicksOf(steps("click", "hover && click .menu", "dblclick"))).toBe(4);
    expect(clicksOf(steps("check", "uncheck", "select 3", "drag_and_drop .to"))).toBe(
        4
    );
});

test("a task of four clicks is refused, one of three is not", () => {
    const three = steps("click", "edit Ada", "click", "click");
    const [count, ...same] = withFewClicks(three);
    expect(same).toEqual(three);
    count.run();
    const [countFour] = withFewClicks([...three, ...steps("click")]);
    expect(countFour.run).toThrow("4 clicks, and at most 3 are allowed");
});
