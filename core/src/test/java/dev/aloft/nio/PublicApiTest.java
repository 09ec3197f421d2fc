package dev.aloft.nio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Compares the public API of `dev.aloft.nio`, the stable one, with `core/api.txt`.
@Tag("unit")
final class PublicApiTest {

    private static final Path ROOT = Path.of(System.getProperty("aloft.root"));
    private static final Path CLASSES = ROOT.resolve("core/target/classes");
    private static final Path ACCEPTED = ROOT.resolve("core/api.txt");
    private static final Path FOUND = ROOT.resolve("core/target/api.txt");

    @Test
    void everyChangeOfThePublicApiIsAccepted() throws Exception {
        List<String> api = api();
        Files.write(FOUND, api);

        List<String> accepted = Files.readAllLines(ACCEPTED);
        assertThat(accepted.stream().filter(line -> !api.contains(line)))
                .as("removed or changed: programs that use it no longer compile or run, which takes a major version."
                        + " To accept: cp core/target/api.txt core/api.txt, and an entry in CHANGELOG.md;"
                        + " see docs/reference/api-stability.md")
                .isEmpty();
        assertThat(api)
                .as("added: takes a minor version. To accept: cp core/target/api.txt core/api.txt")
                .isEqualTo(accepted);
    }

    @Test
    void thePublicApiShowsTypesOfTheJdkAndOfItselfOnly() throws Exception {
        assertThat(api()).isNotEmpty().noneMatch(line -> line.matches(".*dev\\.aloft\\.(?!nio\\.).*"));
    }

    private static List<String> api() throws Exception {
        TreeSet<String> lines = new TreeSet<>();
        for (Class<?> type : publicTypes()) {
            String name = type.getTypeName();
            lines.add(name + ": " + type.toGenericString() + supertypes(type));
            Stream.<Executable>concat(
                            Arrays.stream(type.getDeclaredConstructors()), Arrays.stream(type.getDeclaredMethods()))
                    .filter(PublicApiTest::isVisible)
                    .forEach(member -> lines.add(name + ": " + member.toGenericString()));
            Arrays.stream(type.getDeclaredFields())
                    .filter(PublicApiTest::isVisible)
                    .forEach(field -> lines.add(name + ": " + field.toGenericString()));
        }
        return List.copyOf(lines);
    }

    private static boolean isVisible(Member member) {
        int modifiers = member.getModifiers();
        return !member.isSynthetic() && (Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers));
    }

    private static String supertypes(Class<?> type) {
        String extended = type.getGenericSuperclass() == null
                ? ""
                : " extends " + type.getGenericSuperclass().getTypeName();
        String implemented = Arrays.stream(type.getGenericInterfaces())
                .map(Type::getTypeName)
                .collect(Collectors.joining(", "));
        return extended + (implemented.isEmpty() ? "" : " implements " + implemented);
    }

    private static List<Class<?>> publicTypes() throws IOException, ClassNotFoundException {
        List<String> names;
        try (Stream<Path> files = Files.list(CLASSES.resolve("dev/aloft/nio"))) {
            names = files.map(file -> CLASSES.relativize(file).toString())
                    .filter(file -> file.endsWith(".class") && !file.endsWith("package-info.class"))
                    .map(file -> file.replace(".class", "").replace('/', '.'))
                    .toList();
        }
        List<Class<?>> types = new ArrayList<>();
        for (String name : names) {
            Class<?> type = Class.forName(name);
            if (isPublic(type)) {
                types.add(type);
            }
        }
        return types;
    }

    /// True if a type can be named from outside: it and every type around it are public.
    private static boolean isPublic(Class<?> type) {
        Class<?> around = type.getEnclosingClass();
        return Modifier.isPublic(type.getModifiers()) && (around == null || isPublic(around));
    }
}
