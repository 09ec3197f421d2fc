package dev.aloft.e2e;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The same inside the oldest WordPress that the plugin is for.
@Tag("slow")
final class InOldestWordPressTest extends InWordPressSuite {

    InOldestWordPressTest() throws IOException {
        super(Fleet.oldestTree());
    }

    @Test
    void whatWordPressDoesWithUploadsWorks() throws Exception {
        assertPass(Kind.SITE, "/./");
    }
}
