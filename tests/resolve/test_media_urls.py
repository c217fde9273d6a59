import pytest

from kgraph.resolve.media_urls import MediaAddress, load_url_rules, parse_media_url

VIDEO = "aB3dE6gH9-_"


@pytest.mark.parametrize(
    "url",
    [
        f"https://www.youtube.com/watch?v={VIDEO}",
        f"http://youtube.com/watch?feature=share&v={VIDEO}&t=12s",
        f"https://m.youtube.com/watch?v={VIDEO}#comments",
        f"https://music.youtube.com/watch?v={VIDEO}",
        f"https://youtu.be/{VIDEO}?si=x",
        f"https://www.youtube.com/shorts/{VIDEO}",
        f"https://www.youtube-nocookie.com/embed/{VIDEO}?rel=0",
        f"  https://WWW.YouTube.com/live/{VIDEO}  ",
    ],
)
def test_all_forms_of_a_video_address_are_one(url):
    assert parse_media_url(url) == MediaAddress("youtube", VIDEO)


def test_case_of_a_video_id_counts():
    assert parse_media_url(f"https://youtu.be/{VIDEO}") != parse_media_url(
        f"https://youtu.be/{VIDEO.lower()}"
    )


@pytest.mark.parametrize(
    "chain",
    [
        "",
        "www.podtrac.com/pts/redirect.mp3/",
        "dts.podtrac.com/redirect.mp3/pscrb.fm/rss/p/",
        "pdst.fm/e/chrt.fm/track/ABC1/arttrk.com/p/X2/clrtpod.com/m/mgln.ai/e/9/pdrl.fm/77/",
    ],
)
def test_redirectors_that_count_downloads_are_skipped(chain):
    url = f"https://{chain}traffic.megaphone.fm/ABC123456.mp3?updated=17"
    assert parse_media_url(url) == MediaAddress(
        "megaphone", "ABC123456", "ABC", is_shared_feed=True
    )


def test_a_url_embedded_in_a_url_is_decoded():
    inner = "https%3A%2F%2Ftraffic.libsyn.com%2Fsecure%2Fmyshow%2FOn_money.mp3%3Fdest-id%3D1"
    assert parse_media_url(f"https://chtbl.com/track/1/{inner}") == MediaAddress(
        "libsyn", "myshow/On_money", "myshow", is_named_feed=True
    )


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/talks/3.mp3?token=a", MediaAddress("example.org", "talks/3.mp3")),
        ("https://www.example.org/play?id=3&utm=x", MediaAddress("example.org", "play?id=3")),
        ("https://example.org/play?id=4", MediaAddress("example.org", "play?id=4")),
        ("https://example.org:8443/a%20b.mp3", MediaAddress("example.org", "a b.mp3")),
    ],
)
def test_unlisted_hosts_keep_identifying_parameters(url, expected):
    assert parse_media_url(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/episodes/3",
        "https://",
        "https://example.org/",
        "https://[broken/x.mp3",
        "javascript:alert(1)",
        "https://www.youtube.com/@somebody",
        "https://www.youtube.com/playlist?list=PL123",
        "https://pdst.fm/e/" + "pdst.fm/e/" * 40 + "x.mp3",
    ],
)
def test_urls_of_no_recording_give_none_or_their_own_platform(url):
    assert parse_media_url(url) is None


@pytest.mark.parametrize("name", sorted(load_url_rules().platforms))
def test_every_platform_has_hosts_and_finds_episodes(name):
    platform = load_url_rules().platforms[name]
    assert platform.hosts and platform.episode
