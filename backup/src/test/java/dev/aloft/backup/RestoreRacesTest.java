package dev.aloft.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.bulk.Progress;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.testkit.S3Request;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// Restorations of files that someone else changes at the same moment.
final class RestoreRacesTest extends BackupFixture {

    @Test
    void aFileThatSomeoneChangesMeanwhileIsLeftAndReported() throws IOException {
        write("a", "a");
        write("b", "b");
        Snapshot snapshot = create();
        write("a", "x");
        write("b", "y");
        editAtFirst(request ->
                request.operation().equals("PutObject") && request.key().endsWith(BackupFolder.PLAN));

        RestoreReport report = restore(snapshot, false);

        assertThat(report.failures()).singleElement().asString().startsWith("a: was changed");
        assertThat(texts()).isEqualTo(Map.of("a", "written by an editor", "b", "b"));
    }

    /// Lets an editor write the file `a` before the first of these requests is answered.
    private void editAtFirst(Predicate<S3Request> requests) {
        AtomicBoolean isWritten = new AtomicBoolean();
        front.on(request -> requests.test(request)
                        && !isWritten.getAndSet(true)
                        && isDone(() -> write("a", "written by an editor")))
                .delay(Duration.ZERO);
    }

    /// After the listing that the restoration compares with, which may be minutes old.
    @Test
    void aFileThatSomeoneChangesRightBeforeItsTurnIsLeftAndReported() throws IOException {
        write("a", "a");
        write("later", "later");
        Snapshot snapshot = create();
        write("a", "x");
        editAtFirst(request -> request.operation().equals("HeadObject")
                && request.bucket().equals("media")
                && request.key().equals("shop/a"));

        RestoreReport report = restore(snapshot, false);

        assertThat(report.failures()).singleElement().asString().startsWith("a: was changed");
        assertThat(texts()).isEqualTo(Map.of("a", "written by an editor", "later", "later"));
    }

    @Test
    void amazonComparesWhatIsReplacedWithWhatWasSeen() throws IOException {
        write("a", "a");
        write("b", "b");
        write("c", "c");
        Snapshot snapshot = create();
        write("a", "x");
        delete("b");
        write("c", "y");
        String seen = site().bucket()
                .head(site().key("a"), Duration.ZERO)
                .orElseThrow()
                .etag();
        front.reset();
        front.on(request -> isCopyOf("c", request)).answer(412);

        RestoreReport report = restoreOnAmazon(snapshot);

        assertThat(report.failures()).singleElement().asString().startsWith("c: ");
        assertThat(texts()).isEqualTo(Map.of("a", "a", "b", "b", "c", "y"));
        assertThat(conditionsOfCopy("a")).containsEntry("if-match", seen);
        assertThat(conditionsOfCopy("b")).containsEntry("if-none-match", "*");
    }

    @Test
    void amazonsRefusalOfACopyIsAChangeIfTheFileHasChanged() throws IOException {
        write("a", "a");
        write("b", "b");
        Snapshot snapshot = create();
        write("a", "x");
        write("b", "y");
        front.on(request -> isCopyOf("a", request) && isDone(() -> write("a", "of an editor")))
                .answer(412);
        front.on(request -> isCopyOf("b", request) && isDone(() -> delete("b"))).answer(404);

        RestoreReport report = restoreOnAmazon(snapshot);

        assertThat(report.failures()).hasSize(2).allMatch(failure -> failure.contains(": was changed by someone else"));
        assertThat(texts()).isEqualTo(Map.of("a", "of an editor"));
    }

    private RestoreReport restoreOnAmazon(Snapshot snapshot) throws IOException {
        Store amazon =
                open(new StoreSettings(Provider.AWS, front.endpoint(), "us-east-1", true, Duration.ofMinutes(1)));
        BucketFolder target = new BucketFolder(amazon.bucket("media"), "shop/");
        return backups.restore(
                backups.files(snapshot),
                snapshot.id(),
                new RestoreOptions(target, RestoreOptions.Scope.ALL, false),
                new Progress());
    }

    private Map<String, String> conditionsOfCopy(String name) {
        return front.requests().stream()
                .filter(request -> isCopyOf(name, request))
                .findFirst()
                .orElseThrow()
                .conditions();
    }

    private static boolean isCopyOf(String name, S3Request request) {
        return request.operation().equals("CopyObject")
                && request.bucket().equals("media")
                && request.key().equals("shop/" + name);
    }

    private static boolean isDone(SnapshotTest.Action change) {
        SnapshotTest.quietly(change);
        return true;
    }
}
