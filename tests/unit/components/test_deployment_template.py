"""The OneDeploy template: literals, no secret, changed by nothing but the package."""

from components.deployment_template import package_template

WHERE = {
    "site": "tempus-dev-shop",
    "subscription": "sub",
    "group": "tempus-dev",
    "account": "tempusart",
    "blob_endpoint": "https://tempusart.blob.test/",
}


def test_the_template_makes_the_site_fetch_the_blob_with_an_address_signed_inside():
    template = package_template(**WHERE, blob="shop-abc.zip")

    (resource,) = template["resources"]
    assert resource["name"] == "tempus-dev-shop/onedeploy"
    assert resource["properties"] == {
        "packageUri": (
            "[concat('https://tempusart.blob.test/packages/shop-abc.zip?',"
            " listServiceSas(variables('artifactAccount'), '2023-05-01', variables('readOnce')).serviceSasToken)]"
        ),
        "type": "zip",
        "clean": True,
        "restart": True,
    }
    assert template["variables"]["readOnce"]["canonicalizedResource"] == "/blob/tempusart/packages/shop-abc.zip"


def test_the_same_package_gives_the_same_template_and_another_one_another_key():
    first = package_template(**WHERE, blob="shop-abc.zip")
    again = package_template(**WHERE, blob="shop-abc.zip")
    other = package_template(**WHERE, blob="shop-def.zip")

    assert first == again
    assert first["outputs"]["deployKey"] != other["outputs"]["deployKey"]


def test_no_output_holds_the_signed_address():
    assert set(package_template(**WHERE, blob="shop-abc.zip")["outputs"]) == {"deployKey"}
