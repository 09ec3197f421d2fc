package dev.aloft.store;

import static dev.aloft.store.CannedVersions.deleted;
import static dev.aloft.store.CannedVersions.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.store.ObjectVersions.Page.Marker;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Listings of versions as S3 may answer them.
final class ObjectVersionsTest {

    private static final String NOON = "2026-11-29T12:00:00.000Z";

    private CannedVersions s3;

    @BeforeEach
    void start() throws IOException {
        s3 = new CannedVersions();
    }

    @AfterEach
    void stop() {
        s3.close();
    }

    @Test
    void writesAndDeletionsOfOneSecondKeepTheOrderOfTheListing() throws IOException {
        s3.page(deleted("a", "4", NOON)
                + written("a", "3", NOON)
                + deleted("a", "2", NOON)
                + written("a", "1", NOON)
                + written("b", "6", NOON)
                + deleted("b", "5", NOON));

        assertThat(s3.versions().list("", 1000, null).versions())
                .extracting(ObjectVersion::id)
                .containsExactly("4", "3", "2", "1", "6", "5");
    }

    @Test
    void keysAndMarkersAreDecoded() throws IOException {
        s3.page("<IsTruncated>true</IsTruncated><NextKeyMarker>2026%2Fa+b%2B%C3%BC.jpg</NextKeyMarker>"
                + "<NextVersionIdMarker>v+1%2F</NextVersionIdMarker>" + written("2026%2Fa+b%2B%C3%BC.jpg", "v", NOON));
        s3.page("<IsTruncated>false</IsTruncated>");

        ObjectVersions.Page first = s3.versions().list("2026/", 1, null);
        ObjectVersions.Page second = s3.versions().list("2026/", 1, first.next());

        assertThat(first.versions()).extracting(v -> v.key().value()).containsExactly("2026/a b+ü.jpg");
        assertThat(first.nextMarker()).map(Marker::key).contains("2026/a b+ü.jpg");
        assertThat(s3.queries().getLast()).contains("key-marker=2026%2Fa%20b%2B%C3%BC.jpg", "encoding-type=url");
        assertThat(second.versions()).isEmpty();
        assertThat(second.nextMarker()).isEmpty();
    }

    /// Ceph encodes the keys of such an answer, but not its marker.
    @Test
    void aMarkerThatIsNotEncodedIsTakenFromTheLastEntry() throws IOException {
        s3.page("<IsTruncated>true</IsTruncated><NextKeyMarker>a b+%2F.txt</NextKeyMarker>"
                + "<NextVersionIdMarker>1</NextVersionIdMarker>" + written("a%20b%2B%252F.txt", "1", NOON));

        assertThat(s3.versions().list("", 1, null).next()).isEqualTo(new Marker("a b+%2F.txt", "1"));
    }

    @Test
    void keysThatAreNoPathAreCountedAndHidden() throws IOException {
        s3.page(written("a%2F%2Fb", "1", NOON)
                + written("a%01", "2", NOON)
                + deleted("..%2Fx", "3", NOON)
                + written("ok", "4", NOON));

        ObjectVersions.Page page = s3.versions().list("", 1000, null);

        assertThat(page.versions()).extracting(ObjectVersion::id).containsExactly("4");
        assertThat(page.hidden()).isEqualTo(3);
    }

    @Test
    void aPageThatNamesNoSuccessorOrItselfIsRefused() {
        s3.page("<IsTruncated>true</IsTruncated>");
        s3.page("<IsTruncated>true</IsTruncated><NextKeyMarker>a</NextKeyMarker>"
                + "<NextVersionIdMarker>1</NextVersionIdMarker>");

        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> s3.versions().list("", 1000, null))
                .withMessageContaining("and not where");
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> s3.versions().list("", 1000, new Marker("a", "1")))
                .withMessageContaining("the same page again");
    }
}
