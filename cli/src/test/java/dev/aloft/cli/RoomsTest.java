package dev.aloft.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The rooms of the command line: commands know console and configuration, and not one another.
@Tag("unit")
final class RoomsTest {

    private static final JavaClasses CLI = new ClassFileImporter()
            .importUrl(Main.class.getProtectionDomain().getCodeSource().getLocation());

    /// Commands that change uploads, or purge them, reach the edges through the client of the room `edge`. The server
    /// takes backups by itself.
    @ParameterizedTest
    @CsvSource({
        "console, ''",
        "configuration, console",
        "backup, console configuration edge",
        "cdn, console configuration edge",
        "doctor, console configuration",
        "edge, console configuration",
        "files, console configuration edge",
        "migrate, console configuration edge",
        "serve, console configuration backup",
        "top, console configuration edge",
    })
    void aRoomKnowsOnlyThoseBelowIt(String room, String below) {
        String[] known = Stream.concat(
                        Stream.of(room), Arrays.stream(below.split(" ")).filter(name -> !name.isEmpty()))
                .map(name -> "dev.aloft.cli." + name)
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage("dev.aloft.cli." + room)
                .should()
                .dependOnClassesThat(resideInAPackage("dev.aloft.cli..").and(resideOutsideOfPackages(known)))
                .check(CLI);
    }
}
