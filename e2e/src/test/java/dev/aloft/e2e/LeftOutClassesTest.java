package dev.aloft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Classes of libraries that `cli/pom.xml` leaves out of `aloft.jar`.
@Timeout(600)
final class LeftOutClassesTest {

    /// The libraries from which classes are left out. The SDK's native half is not a dependency.
    private static final Pattern LIBRARIES = Pattern.compile(
            "(org/apache/hc|com/github/benmanes|org/eclipse/jetty|software/amazon/awssdk/(?!crt/))/?.*");

    @Test
    void noClassThatAloftReachesRefersToThem(@TempDir Path folder) throws Exception {
        try (AloftProcess aloft = AloftProcess.start(folder, Map.of(), "--version")) { // Builds the jar.
            assertThat(aloft.awaitEnd()).isZero();
        }
        Set<String> missing = new TreeSet<>();
        Set<String> seen = new HashSet<>();
        try (JarFile jar = new JarFile(Checkout.folder("cli/target/aloft.jar").toFile())) {
            Deque<String> open = new ArrayDeque<>(jar.stream()
                    .map(JarEntry::getName)
                    .filter(name -> name.matches("dev/aloft/.*\\.class"))
                    .toList());
            while (!open.isEmpty()) {
                String name = open.pop();
                JarEntry entry = jar.getJarEntry(name);
                if (!seen.add(name)) {
                    continue;
                }
                if (entry != null) {
                    open.addAll(references(jar, entry));
                } else if (LIBRARIES.matcher(name).matches()) {
                    missing.add(name);
                }
            }
        }
        assertThat(seen).hasSizeGreaterThan(5000);
        assertThat(missing).isEmpty();
    }

    /// Names of the class files that a class file refers to, those of arrays as their elements'.
    private static Set<String> references(JarFile jar, JarEntry entry) throws IOException {
        Set<String> names = new HashSet<>();
        try (InputStream bytes = jar.getInputStream(entry)) {
            for (PoolEntry each : ClassFile.of().parse(bytes.readAllBytes()).constantPool()) {
                if (each instanceof ClassEntry type) {
                    names.add(type.asInternalName().replaceAll("^\\[+L|;$", "") + ".class");
                }
            }
        }
        return names;
    }
}
