"""A server that dies while it asks a carrier about numbers forgets none of them."""

from urllib.parse import unquote

from tests.simulator.lookups import PREFIX
from tests.system.outbox import Queue, database_of, scheduler
from tests.system.waiting import until

LINE = "+14157770031"
NUMBERS = [f"+1212666{index:04d}" for index in range(60)]
ASKED = 10  # numbers that the carrier was asked about when the server dies
LATENCY = 0.5  # seconds; a round of so many numbers lasts longer than a look at it
MOST = 1000  # look-ups that the company may pay for
WANTED = """
    UPDATE res_company SET sms_inbox_look_up = true, sms_inbox_look_up_most = {most}
     WHERE id = (SELECT company_id FROM sms_inbox_number WHERE id = {number_id});
    INSERT INTO sms_inbox_subscriber
           (company_id, number, textability, look_up_at, look_up_tries)
    SELECT company_id, unnest(ARRAY{numbers}), 'unknown',
           now() AT TIME ZONE 'UTC', 0
      FROM sms_inbox_number WHERE id = {number_id}
"""


def asked(twilio):
    """The numbers that the carrier was asked about, each as often as it was."""
    paths = [unquote(request["path"]) for request in twilio.requests()]
    return [path.removeprefix(PREFIX) for path in paths if path.startswith(PREFIX)]


def test_who_dies_while_asking_about_numbers_forgets_none_and_pays_within_the_limit(
    odoo, twilio
):
    def count(condition):
        where = f"number = ANY(ARRAY{NUMBERS}) AND {condition}"
        return int(
            queue.sql(f"SELECT count(*) FROM sms_inbox_subscriber WHERE {where}")
        )

    def look():
        # asked for until it is done, as a server that only starts does not hear of it
        queue._trigger("ir_cron_look_up")

    def paid():
        return int(queue.sql("SELECT sum(count) FROM sms_inbox_look_up_month"))

    with database_of(odoo, "sms_inbox_look_ups") as database:
        queue = Queue(odoo, database, twilio)
        queue.build({"name": "Bikes", "numbers": {LINE: {}}})
        queue.sql(
            WANTED.format(number_id=queue.numbers[LINE], numbers=NUMBERS, most=MOST)
        )
        twilio.settings(latency=LATENCY)
        with scheduler(queue) as kill:
            until(lambda: look() or len(asked(twilio)) >= ASKED, pause=0.5)
            kill()
        assert count("looked_up_at IS NULL") > 0, "it was over before the kill"
        # whoever has no answer is to be asked about again, and was counted already
        assert count("looked_up_at IS NULL AND look_up_at IS NULL") == 0
        assert paid() >= len(asked(twilio))

        twilio.settings(latency=0)
        queue.sql(
            "UPDATE sms_inbox_subscriber SET look_up_at = look_up_at - '1h'::interval"
        )
        with scheduler(queue):
            until(lambda: look() or count("looked_up_at IS NULL") == 0, pause=0.5)
        assert set(asked(twilio)) == set(NUMBERS)
        assert len(asked(twilio)) <= paid() <= MOST
