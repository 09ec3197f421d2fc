package dev.aloft.e2e;

import dev.aloft.lab.WebServerKind;

/// Caddy in front.
final class CaddyTest extends FrontSuite {

    CaddyTest() {
        super(WebServerKind.CADDY);
    }
}
