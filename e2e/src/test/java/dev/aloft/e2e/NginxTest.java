package dev.aloft.e2e;

import dev.aloft.lab.WebServerKind;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /// WordPress serves some without a login, and others to every subscriber.
    @ParameterizedTest
    @ValueSource(strings = {"/page.php", "/wp-admin/load-scripts.php", "/wp-admin/profile.php", "/wp-admin/user/x.php"})
    @Override
    void readersWhoTakeNothingLeaveWorkersForVisitors(String target) throws IOException {
        super.readersWhoTakeNothingLeaveWorkersForVisitors(target);
    }
}
