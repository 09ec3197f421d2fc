package dev.aloft.e2e;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/// Inside the newest WordPress: everything on a single site, and what is different there in both kinds of network.
final class InWordPressTest extends InWordPressSuite {

    /// What depends on the addresses of a site and its files.
    private static final String OF_ADDRESSES =
            "NetworkTest|UploadFlowsTest|PersonalDataTest|PlacedMediaTest|PlacedRevisionsTest";

    /// What depends on a site's users and screens, which are the same in both kinds of network.
    private static final String OF_USERS = "InitialPrivacyTest|ClosedAttachmentsTest|OperatorPageTest|VersionsPageTest";

    InWordPressTest() throws IOException {
        super(Fleet.newestTree());
    }

    @Test
    void whatWordPressDoesWithUploadsWorks() throws Exception {
        assertPass(Kind.SITE, "/./");
    }

    /// Everything but the tests that install the drop-in themselves.
    @Test
    void theSameWorksWithTheObjectCache() throws Exception {
        assertPassWithObjectCache("/^(?!.*(CommandsTest::testTheObjectCache))/");
    }

    @Test
    void eachSiteOfANetworkOfDirectoriesHasItsOwnUploads() throws Exception {
        assertPass(Kind.NETWORK_OF_DIRECTORIES, OF_ADDRESSES + "|" + OF_USERS);
    }

    @Test
    void eachSiteOfANetworkOfDomainsHasItsOwnUploads() throws Exception {
        assertPass(Kind.NETWORK_OF_DOMAINS, OF_ADDRESSES);
    }

    @Test
    void eachSiteOfAnOldNetworkKeepsItsFolderAndItsUrls() throws Exception {
        assertPass(Kind.NETWORK_FROM_BEFORE_3_5, "OldNetworkTest");
    }
}
