package dev.aloft.e2e;

import dev.aloft.lab.WebServerKind;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// Nginx in front.
final class NginxTest extends FrontSuite {

    NginxTest() {
        super(WebServerKind.NGINX);
    }

    @Test
    @Override
    void whoIsInFrontIsBelieved() throws IOException {
        super.whoIsInFrontIsBelieved();
    }
}
