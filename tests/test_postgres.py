"""The tests' own PostgreSQL, the machine's or PyPI's: restarted, and refused in a sentence."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests import postgres
from tests.postgres import Cluster, machine_programs, packaged_programs, running_cluster

PROGRAMS = {"machine": machine_programs(), "package": packaged_programs()}


@pytest.fixture(scope="module", params=[name for name, folder in PROGRAMS.items() if folder])
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    with running_cluster(PROGRAMS[request.param]) as cluster:
        yield cluster


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_commit_survives_a_stop_in_either_mode(cluster: Cluster, mode: postgres.StopMode) -> None:
    url = cluster.create_database(f"stopped_{mode}")
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE orders AS SELECT 'brochettes' AS dish")

    cluster.stop(mode)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
    cluster.start()

    assert _dishes(url) == ["brochettes"]


def test_a_database_is_a_copy_of_its_template(cluster: Cluster) -> None:
    with psycopg.connect(cluster.create_database("original")) as connection:
        connection.execute("CREATE TABLE orders AS SELECT 'timpana' AS dish")

    assert _dishes(cluster.create_database("copy", template="original")) == ["timpana"]


def test_a_dropped_database_throws_out_who_is_connected(cluster: Cluster) -> None:
    connection = psycopg.connect(cluster.create_database("doomed"), autocommit=True)

    cluster.drop_database("doomed")

    with connection, pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")


def test_the_server_listens_on_no_network_address(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url()) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_a_cluster_leaves_nothing_behind() -> None:
    with running_cluster() as cluster, psycopg.connect(cluster.url()) as connection:
        [(folder,)] = connection.execute("SHOW data_directory").fetchall()
        left = [Path(connection.info.host), Path(folder)]
        assert all(each.is_dir() for each in left)

    assert not any(each.exists() for each in left)


def _dishes(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [dish for (dish,) in connection.execute("SELECT dish FROM orders")]
