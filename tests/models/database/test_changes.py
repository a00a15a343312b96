"""Whether anything was written is told without a look at it, whoever wrote."""

from models import restaurants
from models.database.engine import Database
from tests.engine.world import RESTAURANT


def test_what_anybody_commits_moves_the_mark_and_what_they_read_does_not(database_url: str) -> None:
    database, other = Database(database_url), Database(database_url)
    marks = [database.changes.mark()]
    for nth, writer in enumerate((database, other)):
        with writer.transaction() as session:
            number = f"whatsapp:+25078800000{nth}"
            restaurants.store(session, RESTAURANT | {"slug": f"at-{nth}", "number": number})
        marks.append(database.changes.mark())
        with writer.transaction() as session:
            assert len(restaurants.all_of_them(session)) == nth + 1
        assert database.changes.mark() == marks[-1]
    assert len(set(marks)) == len(marks)
    for each in (database, other):
        each.close()
