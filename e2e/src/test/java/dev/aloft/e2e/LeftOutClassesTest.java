package dev.aloft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Classes of libraries that `cli/pom.xml` leaves out of `aloft.jar`: those that Aloft does not reach, by references
/// of classes or by names. Names are those of the providers of services, of descriptors of reflection, and all
/// constants that look like the name of a class.
@Timeout(600)
final class LeftOutClassesTest {

    /// The libraries from which classes are left out. The SDK's native half is not a dependency.
    private static final Pattern LIBRARIES = Pattern.compile(
            "(org/apache/hc|com/github/benmanes|org/eclipse/jetty|software/amazon/awssdk/(?!crt/))/?.*");

    private static final Pattern DESCRIPTORS = Pattern.compile("META-INF/(services/.+|native-image/.+\\.json)");
    private static final Pattern NAME = Pattern.compile("(?:[a-z]\\w*\\.){2,}[A-Z][\\w$]*");

    @Test
    void aloftReachesNone(@TempDir Path folder) throws Exception {
        try (AloftProcess aloft = AloftProcess.start(folder, Map.of(), "--version")) { // Builds the jar.
            assertThat(aloft.awaitEnd()).isZero();
        }
        Set<String> missing = new TreeSet<>();
        Set<String> seen = new HashSet<>();
        try (JarFile jar = new JarFile(Checkout.folder("cli/target/aloft.jar").toFile())) {
            Deque<String> open = new ArrayDeque<>(roots(jar));
            while (!open.isEmpty()) {
                String name = open.pop();
                JarEntry entry = jar.getJarEntry(name);
                if (!seen.add(name)) {
                    continue;
                }
                if (entry != null) {
                    open.addAll(references(jar, entry));
                } else if (LIBRARIES.matcher(name).matches() && isOfADependency(name)) {
                    missing.add(name);
                }
            }
        }
        assertThat(seen).hasSizeGreaterThan(5000);
        assertThat(missing).isEmpty();
    }

    /// False for a class of an optional dependency that Aloft does not have.
    private static boolean isOfADependency(String name) {
        return LeftOutClassesTest.class.getClassLoader().getResource(name) != null;
    }

    /// Aloft's own classes, and those that descriptors name.
    private static List<String> roots(JarFile jar) throws IOException {
        List<String> roots = new ArrayList<>();
        for (JarEntry entry : jar.stream().toList()) {
            if (entry.getName().matches("dev/aloft/.*\\.class")) {
                roots.add(entry.getName());
            } else if (DESCRIPTORS.matcher(entry.getName()).matches()) {
                try (InputStream bytes = jar.getInputStream(entry)) {
                    NAME.matcher(new String(bytes.readAllBytes(), StandardCharsets.UTF_8))
                            .results()
                            .forEach(name -> roots.add(file(name.group())));
                }
            }
        }
        return roots;
    }

    /// Names of the class files that a class file refers to, those of arrays as their elements'.
    private static Set<String> references(JarFile jar, JarEntry entry) throws IOException {
        Set<String> names = new HashSet<>();
        try (InputStream bytes = jar.getInputStream(entry)) {
            for (PoolEntry each : ClassFile.of().parse(bytes.readAllBytes()).constantPool()) {
                if (each instanceof ClassEntry type) {
                    names.add(type.asInternalName().replaceAll("^\\[+L|;$", "") + ".class");
                } else if (each instanceof StringEntry text
                        && NAME.matcher(text.stringValue()).matches()) {
                    names.add(file(text.stringValue()));
                }
            }
        }
        return names;
    }

    private static String file(String className) {
        return className.replace('.', '/') + ".class";
    }
}
