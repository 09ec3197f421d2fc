package dev.aloft.e2e;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Inside the newest WordPress, on a bucket that keeps versions.
@Tag("ceph")
final class KeptVersionsInWordPressTest extends InWordPressSuite {

    KeptVersionsInWordPressTest() throws IOException {
        super(Fleet.newestTree(), true);
    }

    @Test
    void versionsOfUploadsComeBack() throws Exception {
        assertPass(Kind.SITE, "KeptVersionsTest");
    }
}
