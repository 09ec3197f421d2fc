package dev.aloft.server;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// The floors of the house: imports go down only, and what stands beside it does not know it.
final class HouseTest {

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.aloft");

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
    void agentAndEdgeKnowNothingOfEachOther() {
        noClasses()
                .that()
                .resideInAPackage("dev.aloft.server.agent..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.aloft.server.edge..")
                .check(HOUSE);
        noClasses()
                .that()
                .resideInAPackage("dev.aloft.server.edge..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.aloft.server.agent..")
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
    void onlyThePictureWorkerAndTheKernelsRoomTouchNativeMemory() { // libvips, and rights that Java cannot give up
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.aloft.image.worker..", "dev.aloft.linux..")
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
                .resideInAnyPackage(
                        "dev.aloft.store..",
                        "dev.aloft.files..",
                        "dev.aloft.nio..",
                        "dev.aloft.image..",
                        "dev.aloft.server.agent..",
                        "dev.aloft.server.edge..",
                        "dev.aloft.server.tachyon..")
                .check(HOUSE);
    }

    @Test
    void onlyTheStoreKnowsTheSdk() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.aloft.files..", "dev.aloft.nio..", "dev.aloft.server..")
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
                .resideInAnyPackage("dev.aloft.store..", "dev.aloft.files..", "dev.aloft.nio..", "dev.aloft.server..")
                .check(HOUSE);
    }

    @Test
    void packagesHaveNoCircles() {
        slices().matching("dev.aloft.(**)").should().beFreeOfCycles().check(HOUSE);
    }
}
