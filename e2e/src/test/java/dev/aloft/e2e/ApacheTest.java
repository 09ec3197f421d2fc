package dev.aloft.e2e;

import dev.aloft.lab.WebServerKind;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// Apache in front.
final class ApacheTest extends FrontSuite {

    ApacheTest() {
        super(WebServerKind.APACHE);
    }

    @Test
    @Override
    void whoIsInFrontIsBelieved() throws IOException {
        super.whoIsInFrontIsBelieved();
    }
}
