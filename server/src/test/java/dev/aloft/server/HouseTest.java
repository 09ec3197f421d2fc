package dev.aloft.server;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The floors of the house: imports go down only, and what stands beside it does not know it.
@Tag("unit")
final class HouseTest {

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages("dev.aloft");
    private static final Path ROOT = Path.of(System.getProperty("aloft.root"));
    private static final Pattern ARROWS = Pattern.compile("(?m)^([a-z.]+) +→(.*)$");
    private static final Pattern NAME = Pattern.compile("[a-z.]+");
    private static final Pattern BESIDE = Pattern.compile("^dev\\.aloft\\.(lab|testkit)\\b");

    @Test
    void storeKnowsNothingOfFiles() {
        noClasses()
                .that()
                .resideInAPackage("dev.aloft.store..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.aloft.files..", "dev.aloft.nio..")
                .check(HOUSE);
    }

    @Test
    void filesKnowNothingOfTheirFaces() {
        noClasses()
                .that()
                .resideInAPackage("dev.aloft.files..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.aloft.nio..")
                .check(HOUSE);
    }

    @Test
    void coreKnowsNothingOfServing() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.aloft.store..", "dev.aloft.files..", "dev.aloft.nio..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.aloft.server..", "dev.aloft.cli..", "org.eclipse.jetty..")
                .check(HOUSE);
    }

    @Test
    void bulkWorkKnowsOnlyTheStore() {
        noClasses()
                .that()
                .resideInAPackage("dev.aloft.bulk..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.aloft..")
                        .and(not(resideInAPackage("dev.aloft.bulk..")))
                        .and(not(resideInAPackage("dev.aloft.store.."))))
                .check(HOUSE);
    }

    @Test
    void localFoldersKnowNothingOfTheHouse() {
        noClasses()
                .that()
                .resideInAPackage("dev.aloft.local..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.aloft..").and(not(resideInAPackage("dev.aloft.local.."))))
                .check(HOUSE);
    }

    @Test
    void migrationsKnowNothingOfServingNorOfBackups() {
        noClasses()
                .that()
                .resideInAPackage("dev.aloft.migrate..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.aloft.server..", "dev.aloft.backup..", "dev.aloft.cli..")
                .check(HOUSE);
    }

    @Test
    void backupsKnowOnlyTheStore() {
        noClasses()
                .that()
                .resideInAPackage("dev.aloft.backup..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.aloft..")
                        .and(not(resideInAPackage("dev.aloft.backup..")))
                        .and(not(resideInAPackage("dev.aloft.bulk..")))
                        .and(not(resideInAPackage("dev.aloft.store.."))))
                .check(HOUSE);
    }

    @Test
    void servingKnowsNothingOfBackups() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.aloft.store..", "dev.aloft.files..", "dev.aloft.nio..", "dev.aloft.server..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.aloft.backup..")
                .check(HOUSE);
    }

    /// The house as the page draws it: each package with all that it imports, and nothing else.
    @Test
    void everyArrowIsDrawn() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/explain/how-it-works.md"));
        Map<String, Set<String>> drawn = ARROWS.matcher(page)
                .results()
                .collect(Collectors.toMap(
                        found -> found.group(1),
                        found -> NAME.matcher(found.group(2))
                                .results()
                                .map(MatchResult::group)
                                .collect(Collectors.toSet())));
        Map<String, Set<String>> imported = new TreeMap<>();
        for (JavaClass type : HOUSE) {
            if (isDrawn(type)) {
                Set<String> below = imported.computeIfAbsent(room(type), room -> new TreeSet<>());
                type.getDirectDependenciesFromSelf().stream()
                        .map(Dependency::getTargetClass)
                        .filter(other -> isDrawn(other) && !room(other).equals(room(type)))
                        .forEach(other -> below.add(room(other)));
            }
        }
        assertThat(imported).isEqualTo(drawn);
    }

    /// True for the product's types, without those beside the house.
    private static boolean isDrawn(JavaClass type) {
        return type.getPackageName().startsWith("dev.aloft.")
                && !BESIDE.matcher(type.getPackageName()).find();
    }

    /// The name of a type's package on the page, which does not repeat `server`.
    private static String room(JavaClass type) {
        return type.getPackageName().replaceFirst("^dev\\.aloft\\.(server\\.)?", "");
    }

    /// Names that still exist twice. This list may only become shorter.
    private static final Set<String> TWICE = Set.of();

    @Test
    void noTwoTypesOfTheProductHaveOneName() throws IOException {
        Map<String, Integer> names = new TreeMap<>();
        for (String module : List.of("core", "image", "server", "cli", "lab", "demo", "backup")) {
            Path sources = ROOT.resolve(module + "/src/main/java");
            if (!Files.exists(sources)) {
                continue;
            }
            try (Stream<Path> files = Files.walk(sources)) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(".java") && !name.endsWith("-info.java"))
                        .forEach(name -> names.merge(name.replace(".java", ""), 1, Integer::sum));
            }
        }
        names.values().removeIf(count -> count == 1);
        assertThat(names.keySet()).containsExactlyInAnyOrderElementsOf(TWICE);
    }

    @Test
    void agentKnowsNothingOfPictures() {
        noClasses()
                .that()
                .resideInAPackage("dev.aloft.server.agent..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.aloft.image..", "dev.aloft.server.tachyon..", "dev.aloft.server.cache..")
                .check(HOUSE);
    }

    @Test
    void picturesKnowNothingOfObjectsNorOfServing() {
        noClasses()
                .that()
                .resideInAPackage("dev.aloft.image..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.aloft.store..",
                        "dev.aloft.files..",
                        "dev.aloft.nio..",
                        "dev.aloft.server..",
                        "dev.aloft.cli..",
                        "org.eclipse.jetty..")
                .check(HOUSE);
    }

    @Test
    void onlyThreeRoomsAndOneClassTouchNativeMemory() {
        // libvips, compressors, rights that Java cannot give up, and files that are unmapped at once
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "dev.aloft.image.worker..", "dev.aloft.linux..", "dev.aloft.server.compression..")
                .and()
                .doNotHaveFullyQualifiedName("dev.aloft.server.cache.SliceFile")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign..")
                .check(HOUSE);
    }

    @Test
    void theServersSideOfPicturesNeverTouchesTheWorkers() { // which holds libvips, and what strangers send
        noClasses()
                .that()
                .resideInAPackage("dev.aloft..")
                .and()
                .resideOutsideOfPackage("dev.aloft.image.worker..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.aloft.image.worker..")
                .check(HOUSE);
    }

    @Test
    void theKernelsRoomKnowsNothingOfTheHouse() {
        noClasses()
                .that()
                .resideInAPackage("dev.aloft.linux..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.aloft..").and(not(resideInAPackage("dev.aloft.linux.."))))
                .check(HOUSE);
    }

    @Test
    void theCacheKnowsHttpAndNothingElse() {
        noClasses()
                .that()
                .resideInAPackage("dev.aloft.server.cache..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.aloft.store..", "dev.aloft.files..", "dev.aloft.nio..", "dev.aloft.image..")
                .check(HOUSE);
    }

    @Test
    void onlyTheStoreKnowsTheSdk() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.aloft.files..", "dev.aloft.nio..", "dev.aloft.server..", "dev.aloft.backup..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon.awssdk..")
                .check(HOUSE);
    }

    @Test
    void labAndTestKitKnowNothingOfTheHouse() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.aloft.lab..", "dev.aloft.testkit..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.aloft.store..",
                        "dev.aloft.files..",
                        "dev.aloft.nio..",
                        "dev.aloft.server..",
                        "dev.aloft.cli..",
                        "dev.aloft.demo..")
                .check(HOUSE);
    }

    @Test
    void packagesHaveNoCircles() {
        slices().matching("dev.aloft.(**)").should().beFreeOfCycles().check(HOUSE);
    }
}
