"""Who wrote lately, and whom of them a list of numbers leaves to the staff."""

from models import rollout
from models.console.reach import Wrote, wrote_since
from tests.models.console.world import VALLETTA, World
from tests.models.desk import ALICE, BOB, CHARLIE, moment


def test_those_who_wrote_are_counted_and_those_on_the_list_among_them(world: World) -> None:
    for diner, at in ((ALICE, 0), (BOB, 50), (CHARLIE, 60)):
        world.writes("Hello", diner=diner, at=at)
    world.writes("Hello", diner=BOB, to=VALLETTA, at=70)
    with world.database.transaction() as session:
        rollout.allow(session, world.kigali.id, {ALICE: "", BOB: ""}, by="them", now=moment(0))
        rollout.allow(session, world.valletta.id, {CHARLIE: ""}, by="them", now=moment(0))
        assert wrote_since(session, world.kigali, moment(-9)) == Wrote(3, 2)
        assert wrote_since(session, world.valletta, moment(-9)) == Wrote(1, 0)
