package dev.aloft.e2e;

import java.nio.file.Path;

/// The folders of the repository that the tests run in.
final class Checkout {

    private Checkout() {}

    static Path folder(String path) {
        return Path.of(System.getProperty("aloft.root")).resolve(path).normalize();
    }
}
