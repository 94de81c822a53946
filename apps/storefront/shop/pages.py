"""The shop's addresses: catalogue, watch, upload, how far a photo is, pictures, health."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from shop.catalogue import SKU, Assortment, Catalogue
from shop.gallery import Gallery, PhotoState
from shop.photos import PHOTO_ID, SIZES, Intake, StorageUnavailableError, StoredThumb, UploadError

ONE_YEAR = "public, max-age=31536000, immutable"
"""A photo's name is never used again."""
Page = str | tuple[str, int]


@dataclass(frozen=True)
class Pages:
    """The routes over what the shop knows and can do."""

    catalogue: Catalogue
    gallery: Gallery
    intake: Intake

    def routes(self) -> Blueprint:
        """All addresses of the shop."""
        routes = Blueprint("pages", __name__)
        routes.get("/")(self.index)
        routes.get("/products/<sku>")(self.product)
        routes.post("/products/<sku>/photos")(self.upload)
        routes.get("/products/<sku>/photos/<photo>")(self.photo_state)
        routes.get("/thumbs/<sku>/<photo>/<size>.webp")(self.thumb)
        routes.get("/healthz")(self.healthz)
        return routes

    def index(self) -> Page:
        """Every watch, or those of one brand."""
        brand = request.args.get("brand", "")
        assortment = self.catalogue.assortment()
        return render_template(
            "catalogue.html",
            assortment=assortment,
            watches=[watch for watch in assortment.watches if brand in {"", watch.brand}],
            covers=self.gallery.covers(),
            brand=brand,
            link=_link,
        )

    def product(self, sku: str) -> Page:
        """One watch, with how far its new photo is when one was just sent."""
        photo = request.args.get("photo", "")
        state = self._state(_sku(sku), photo) if PHOTO_ID.fullmatch(photo) else None
        return self._product_page(self.catalogue.assortment(), sku, state=state)

    def upload(self, sku: str) -> Page | AnyResponse:
        """Take a photo in, then show the watch's page; the form comes back with the reason when that fails."""
        assortment = self.catalogue.assortment()
        if assortment.is_current and assortment.find(_sku(sku)) is None:
            abort(404)
        sent = request.files.get("photo")
        try:
            receipt = self.intake.take(_sku(sku), sent.read() if sent else b"")
        except UploadError as error:
            return self._product_page(assortment, sku, problem=str(error)), error.status
        return redirect(url_for("pages.product", sku=sku, photo=receipt.photo, _anchor="photo"), 303)

    def photo_state(self, sku: str, photo: str) -> Response | tuple[Response, int]:
        """How far a photo is, for the page's script."""
        if not PHOTO_ID.fullmatch(photo):
            abort(404)
        try:
            state = self.gallery.state(_sku(sku), photo)
        except StorageUnavailableError:
            return jsonify(error="the pictures cannot be reached right now"), 503
        thumbnails = [_described(thumb) for thumb in state.thumbs]
        return jsonify(photo=photo, complete=state.is_complete, thumbnails=thumbnails)

    def thumb(self, sku: str, photo: str, size: str) -> AnyResponse:
        """A picture, passed through: the container is closed to the public."""
        if not PHOTO_ID.fullmatch(photo) or size not in SIZES:
            abort(404)
        try:
            picture = self.gallery.open(f"{_sku(sku)}/{photo}/{size}.webp")
        except StorageUnavailableError:
            abort(503)
        if picture is None:
            abort(404)
        response = Response(picture.chunks, mimetype="image/webp", headers={"Cache-Control": ONE_YEAR})
        response.content_length = picture.length
        response.set_etag(picture.etag)
        return response.make_conditional(request)

    def healthz(self) -> Response:
        """Alive. Neighbours are not asked: a restart of this site would not mend them."""
        return jsonify(status="ok")

    def _state(self, sku: str, photo: str) -> PhotoState:
        try:
            return self.gallery.state(sku, photo)
        except StorageUnavailableError:
            return PhotoState(photo, ())

    def _product_page(
        self, assortment: Assortment, sku: str, *, state: PhotoState | None = None, problem: str = ""
    ) -> str:
        watch = assortment.find(_sku(sku))
        if watch is None and assortment.is_current:
            abort(404)
        return render_template(
            "product.html",
            sku=sku,
            watch=watch,
            assortment=assortment,
            shown=self.gallery.newest(sku),
            state=state,
            problem=problem,
            sizes=SIZES,
            link=_link,
        )


def _sku(text: str) -> str:
    if not SKU.fullmatch(text):
        abort(404)
    return text


def _link(thumb: StoredThumb) -> str:
    return f"/thumbs/{thumb.name}"


def _described(thumb: StoredThumb) -> dict[str, str | int]:
    return {"size": thumb.size, "url": _link(thumb), "width": thumb.width, "height": thumb.height}
