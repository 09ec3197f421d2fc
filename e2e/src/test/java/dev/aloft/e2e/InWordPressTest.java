package dev.aloft.e2e;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Inside the newest WordPress: everything on a single site, and what is different there in both kinds of network.
final class InWordPressTest extends InWordPressSuite {

    private static final String OF_NETWORKS =
            "NetworkTest|UploadFlowsTest|PersonalDataTest|InitialPrivacyTest|ClosedAttachmentsTest|PlacedMediaTest"
                    + "|OperatorPageTest|VersionsPageTest";

    InWordPressTest() throws IOException {
        super(Fleet.newestTree());
    }

    @Test
    void whatWordPressDoesWithUploadsWorks() throws Exception {
        assertPass(Kind.SITE, "/./");
    }

    @ParameterizedTest
    @EnumSource(names = {"NETWORK_OF_DIRECTORIES", "NETWORK_OF_DOMAINS"})
    void eachSiteOfANetworkHasItsOwnUploads(Kind kind) throws Exception {
        assertPass(kind, OF_NETWORKS);
    }

    @Test
    void eachSiteOfAnOldNetworkKeepsItsFolderAndItsUrls() throws Exception {
        assertPass(Kind.NETWORK_FROM_BEFORE_3_5, "OldNetworkTest");
    }
}
